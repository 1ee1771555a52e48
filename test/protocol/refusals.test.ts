import { clientMessages, type ClientMessageType } from '../../protocol/client-message.ts';
import { ERROR_CODES } from '../../protocol/errors.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Answer } from '../../protocol/server-message.ts';
import type { Caller } from '../../lambdas/core/caller.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import { MemoryChat } from '../support/memory-chat.ts';
import { readSections, sectionOf, tablesOf } from './document.ts';

const SECTIONS = readSections();
const TYPES = Object.keys(clientMessages) as ClientMessageType[];
const GROUP_LOCAL_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const GROUP = {
  type: 'create_conversation',
  kind: 'group',
  localId: GROUP_LOCAL_ID,
  name: 'Lunch',
  members: ['bob'],
};

/** Alice's group with bob; carol left it, and dave never was in it. `failing` makes every later port call fail. */
async function aGroup() {
  const failing: { with?: Error } = {};
  const gates = {
    before: async () => {
      if (failing.with !== undefined) throw failing.with;
    },
    after: async () => {},
  };
  const chat = new MemoryChat({ gates });
  const alice = await chat.connect('alice');
  const carol = await chat.connect('carol');
  const dave = await chat.connect('dave');
  const frame = { ...GROUP, members: ['bob', 'carol'] };
  const { conversationId, epoch } = await chat.expect(alice, 'conversation', frame);
  await chat.send(alice, conversationId, 'while-carol-was-there');
  await leave(chat, conversationId, 'carol', 2);
  await chat.send(alice, conversationId, 'after-carol-left');
  await chat.deliver();
  return { chat, alice, carol, dave, conversationId, epoch, failing };
}

/** Ends a member's stay with the number `left`. There is no request for it yet. */
async function leave(chat: MemoryChat, conversationId: string, userId: string, left: number) {
  const { conversations } = chat.ports;
  const member = await conversations.getMember(conversationId, userId);
  if (member === undefined) throw new Error(`${userId} is no member`);
  const former = { ...member, stays: [{ joined: 1, left }] };
  const change = { kind: 'replace_member', member: former, previousSeq: member.lastSeq } as const;
  expect(await conversations.commit([change])).toEqual({ committed: true });
}

type Group = Awaited<ReturnType<typeof aGroup>>;
type Trial = (group: Group) => Promise<Answer>;

function message(conversationId: string, more: Record<string, unknown> = {}) {
  return { type: 'send_message', localId: 'one', conversationId, content: 'hello', ...more };
}

/** A case of every refusal that the document has, by section and code. */
const TRIALS: Readonly<Record<string, Readonly<Record<string, Trial>>>> = {
  send_message: {
    not_found: ({ chat, dave, conversationId }) => chat.ask(dave, message(conversationId)),
    message_not_found: ({ chat, alice, conversationId }) =>
      chat.ask(alice, message(conversationId, { replyTo: 'nothing.1.1' })),
    local_id_reused: async ({ chat, alice, conversationId }) => {
      await chat.ask(alice, message(conversationId));
      return chat.ask(alice, message(conversationId, { content: 'something else' }));
    },
    too_large: ({ chat, alice, conversationId }) =>
      chat.ask(alice, message(conversationId, { content: '\n'.repeat(LIMITS.contentBytes / 2) })),
  },
  create_conversation: {
    bad_request: ({ chat, alice }) =>
      chat.ask(alice, { type: 'create_conversation', kind: 'direct', userId: 'alice' }),
    local_id_reused: ({ chat, alice }) => chat.ask(alice, { ...GROUP, name: 'Dinner' }),
    not_found: async ({ chat, alice }) => {
      const frame = { type: 'create_conversation', kind: 'direct', userId: 'bob' };
      const { conversationId } = await chat.expect(alice, 'conversation', frame);
      await leave(chat, conversationId, 'alice', 1);
      return chat.ask(alice, frame);
    },
    too_large: ({ chat, alice }) => {
      const members = Array.from({ length: LIMITS.groupMembers }, (_, index) => `user-${index}`);
      return chat.ask(alice, { ...GROUP, localId: 'B'.repeat(22), members });
    },
  },
  list_messages: {
    not_found: ({ chat, carol, conversationId }) =>
      chat.ask(carol, { type: 'list_messages', conversationId }),
  },
  any: {
    unreadable: ({ chat, alice }) => chat.ask(alice, '{"type": "ping"'),
    unknown_type: ({ chat, alice }) => chat.ask(alice, { type: 'dance' }),
    bad_request: ({ chat, alice }) => chat.ask(alice, { type: 'ping', loud: true }),
    too_large: ({ chat, alice }) => chat.ask(alice, { type: 'ping', x: 'x'.repeat(32_768) }),
    unauthorized: ({ chat, alice }) => chat.ask({ ...alice, tokenEnd: 0 }, { type: 'ping' }),
    busy: ({ chat, alice, failing }) => {
      failing.with = new Unavailable('nobody knows');
      return chat.ask(alice, { type: 'ping' });
    },
    internal: ({ chat, alice, failing }) => {
      failing.with = new TypeError('a bug of ours');
      return chat.ask(alice, { type: 'ping' });
    },
  },
};

const CASES = Object.entries(TRIALS).flatMap(([section, trials]) =>
  Object.entries(trials).map(([code, trial]) => [section, code, trial] as const),
);

describe('a refusal of docs/PROTOCOL.md', () => {
  it.each(CASES)('happens: %s is refused with %s', async (_section, code, trial) => {
    expect(await trial(await aGroup())).toMatchObject({ type: 'error', code });
  });

  it.each(TYPES)('is documented for %s exactly where there is a case of it', (type) => {
    const documented = tablesOf(sectionOf(SECTIONS, type), 'refused').flatMap(({ rows }) =>
      rows.map(([code]) => code),
    );
    expect(new Set(documented)).toEqual(new Set(Object.keys(TRIALS[type] ?? {})));
  });

  it('is marked in the list of errors as what it is: of any request, of some, of none yet', () => {
    const [table] = tablesOf(sectionOf(SECTIONS, 'Errors'), 'code');
    const bySome = new Set(TYPES.flatMap((type) => Object.keys(TRIALS[type] ?? {})));
    const marks = ERROR_CODES.map((code) => {
      if (Object.hasOwn(TRIALS['any'] ?? {}, code)) return [code, 'any'];
      return [code, bySome.has(code) ? 'some' : 'none yet'];
    });
    expect(table?.rows.map(([code, , answers]) => [code, answers])).toEqual(marks);
  });
});

/** A request of every type about the group, and what its answer says about who asked. */
const QUESTIONS: {
  readonly [Type in ClientMessageType]: {
    readonly frame: (group: Group) => object;
    /** What the former member must have done first. */
    readonly before?: (group: Group) => Promise<void>;
    readonly outcome: (answer: Answer, group: Group) => string;
  };
} = {
  send_message: {
    frame: ({ conversationId }) => message(conversationId),
    outcome: ({ type }) => type,
  },
  create_conversation: {
    frame: () => ({ ...GROUP, members: ['bob', 'carol'] }),
    // The same frame of another creator is another group: hers is one that she has left.
    before: async ({ chat, carol }) => {
      const frame = { ...GROUP, members: ['bob', 'carol'] };
      const { conversationId } = await chat.expect(carol, 'conversation', frame);
      await leave(chat, conversationId, 'carol', 1);
    },
    outcome: (answer, { conversationId }) =>
      answer.type === 'conversation' && answer.conversationId === conversationId
        ? 'the same one'
        : 'its own',
  },
  list_conversations: {
    frame: () => ({ type: 'list_conversations' }),
    outcome: (answer, { conversationId }) =>
      answer.type === 'conversations' &&
      answer.conversations.some((listed) => listed.conversationId === conversationId)
        ? 'listed'
        : 'left out',
  },
  list_messages: {
    frame: ({ conversationId }) => ({ type: 'list_messages', conversationId }),
    outcome: ({ type }) => type,
  },
  sync: {
    frame: ({ conversationId }) => ({
      type: 'sync',
      conversations: { [conversationId]: { seq: 0 } },
    }),
    outcome: (answer) => {
      const [place] = answer.type === 'synced' ? answer.conversations : [];
      if (place === undefined || !('events' in place)) {
        return place !== undefined && 'error' in place ? place.error : 'nothing';
      }
      return place.events.length === 3 ? 'events' : `events, up to ${place.events.length}`;
    },
  },
  ping: {
    frame: ({ conversationId }) => ({ type: 'ping', cursors: { [conversationId]: { seq: 0 } } }),
    outcome: (answer) =>
      answer.type === 'pong' && Object.keys(answer.heads).length > 0 ? 'head' : 'left out',
  },
};

/** What a cell of the table stands for. Carol's stay ended with number 2. */
const IN_OTHER_WORDS: Readonly<Record<string, string>> = {
  'events, up to where its stay ended': 'events, up to 2',
  'head, if it has moved': 'head',
};

describe('the table of who may what in docs/PROTOCOL.md', () => {
  const [table] = tablesOf(sectionOf(SECTIONS, 'Who may what'), 'request');

  it('has a row for every request and a column for everyone', () => {
    expect(table?.rows.map(([type]) => type)).toEqual(TYPES);
    expect(table?.header.slice(1)).toEqual(['member', 'former member', 'stranger', 'ended token']);
  });

  it.each(TYPES)('says what %s answers to each of them', async (type) => {
    const row = table?.rows.find(([name]) => name === type) ?? [];
    const callers = [
      ({ alice }: Group) => alice,
      ({ carol }: Group) => carol,
      ({ dave }: Group) => dave,
      ({ alice }: Group): Caller => ({ ...alice, tokenEnd: 0 }),
    ];
    const outcomes = await Promise.all(
      callers.map(async (callerOf) => {
        const group = await aGroup();
        if (callerOf(group) === group.carol) await QUESTIONS[type].before?.(group);
        const answer = await group.chat.ask(callerOf(group), QUESTIONS[type].frame(group));
        return answer.type === 'error' ? answer.code : QUESTIONS[type].outcome(answer, group);
      }),
    );
    expect(outcomes).toEqual(row.slice(1).map((cell) => IN_OTHER_WORDS[cell] ?? cell));
  });
});
