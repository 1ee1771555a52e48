import { clientMessages, type ClientMessageType } from '../../protocol/client-message.ts';
import type { Answer } from '../../protocol/server-message.ts';
import type { Caller } from '../../lambdas/core/caller.ts';
import { isCurrent } from '../../lambdas/core/membership.ts';
import type { MessageEvent } from '../../lambdas/core/ports.ts';
import { readMembers } from '../../lambdas/core/read-members.ts';
import {
  aGroup,
  askIt,
  CAROLS_END,
  DIRECT,
  DIRECT_END,
  GROUP,
  GROUP_END,
  type Group,
} from './a-group.ts';
import { readSections, sectionOf, tablesOf } from './document.ts';

const SECTION = sectionOf(readSections(), 'Who may what');
const TYPES = Object.keys(clientMessages) as ClientMessageType[];

/** What is asked about: the group, or a direct conversation. */
interface Subject {
  readonly conversationId: string;
  /** How it was made. */
  readonly creation: object;
  /** Somebody else in it, without a role of its own in a group. */
  readonly userId: string;
  /** A message of alice's in it. */
  readonly serverId: string;
  /** Its file. */
  readonly attachmentId: string;
  readonly end: number;
}

/** A request of every type, and what its answer says about who asked. */
const QUESTIONS: {
  readonly [Type in ClientMessageType]: {
    readonly frame: (subject: Subject) => object;
    /** Default: the answer's type. */
    readonly outcome?: (answer: Answer, subject: Subject) => string;
  };
} = {
  send_message: {
    frame: ({ conversationId }) => ({ localId: 'one', conversationId, content: 'hello' }),
  },
  create_conversation: {
    frame: ({ creation }) => creation,
    outcome: (answer, { conversationId }) =>
      answer.type === 'conversation' && answer.conversationId === conversationId
        ? 'the same one'
        : 'its own',
  },
  add_members: { frame: ({ conversationId }) => ({ conversationId, members: ['frank'] }) },
  remove_member: { frame: ({ conversationId, userId }) => ({ conversationId, userId }) },
  leave: { frame: ({ conversationId }) => ({ conversationId }) },
  set_role: {
    frame: ({ conversationId, userId }) => ({ conversationId, userId, role: 'admin' }),
  },
  edit_message: {
    frame: ({ conversationId, serverId }) => ({ conversationId, serverId, content: 'else' }),
  },
  add_reaction: {
    frame: ({ conversationId, serverId }) => ({ conversationId, serverId, emoji: '👍' }),
  },
  remove_reaction: {
    frame: ({ conversationId, serverId }) => ({ conversationId, serverId, emoji: '👍' }),
  },
  delete_message: {
    frame: ({ conversationId, serverId }) => ({ conversationId, serverId }),
  },
  request_upload: {
    frame: () => ({ kind: 'file', name: 'a.pdf', mediaType: 'application/pdf', bytes: 1 }),
  },
  list_conversations: {
    frame: () => ({}),
    outcome: (answer, { conversationId }) =>
      answer.type === 'conversations' &&
      answer.conversations.some((listed) => listed.conversationId === conversationId)
        ? 'listed'
        : 'left out',
  },
  list_members: { frame: ({ conversationId }) => ({ conversationId }) },
  list_messages: { frame: ({ conversationId }) => ({ conversationId }) },
  get_download: {
    frame: ({ conversationId, serverId, attachmentId }) => ({
      conversationId,
      serverId,
      attachmentId,
    }),
  },
  get_receipts: { frame: ({ conversationId }) => ({ conversationId }) },
  get_presence: {
    frame: ({ conversationId, userId }) => ({ conversationId, userIds: [userId] }),
  },
  sync: {
    frame: ({ conversationId }) => ({ conversations: { [conversationId]: { seq: 0 } } }),
    outcome: (answer, { end }) => {
      const [place] = answer.type === 'synced' ? answer.conversations : [];
      if (place === undefined || !('events' in place)) {
        return place !== undefined && 'error' in place ? place.error : 'nothing';
      }
      return place.events.length === end ? 'events' : `events, up to ${place.events.length}`;
    },
  },
  ping: {
    frame: ({ conversationId }) => ({ cursors: { [conversationId]: { seq: 0 } } }),
    outcome: (answer) =>
      answer.type === 'pong' && Object.keys(answer.heads).length > 0 ? 'head' : 'left out',
  },
  mark_read: { frame: ({ conversationId }) => ({ conversationId, upToSeq: 1 }) },
  mark_delivered: { frame: ({ conversationId }) => ({ conversationId, upToSeq: 1 }) },
  mark_unread: { frame: ({ conversationId }) => ({ conversationId }) },
  typing_start: { frame: ({ conversationId }) => ({ conversationId }) },
  typing_stop: { frame: ({ conversationId }) => ({ conversationId }) },
  update_settings: { frame: () => ({}) },
};

/** Who asks, by the columns of the table. */
const ASKERS: Readonly<Record<string, (group: Group) => Caller>> = {
  owner: ({ alice }) => alice,
  admin: ({ bob }) => bob,
  member: ({ mia }) => mia,
  'of a direct one': ({ erin }) => erin,
  'former member': ({ carol }) => carol,
  stranger: ({ dave }) => dave,
  'ended token': ({ alice }) => ({ ...alice, tokenEnd: 0 }),
};

/** What a cell of the table stands for. */
const IN_OTHER_WORDS: Readonly<Record<string, string>> = {
  'events, up to where its stay ended': `events, up to ${CAROLS_END}`,
  'head, if it has moved': 'head',
};

function frameOf(type: ClientMessageType, subject: Subject): object {
  return { type, ...QUESTIONS[type].frame(subject) };
}

function subjectOf(group: Group, column: string): Subject {
  const { conversationId, serverId, directId, directServerId, attachmentId } = group;
  return column === 'of a direct one'
    ? {
        conversationId: directId,
        creation: { ...DIRECT, userId: 'alice' },
        userId: 'alice',
        serverId: directServerId,
        attachmentId,
        end: DIRECT_END,
      }
    : { conversationId, creation: GROUP, userId: 'nora', serverId, attachmentId, end: GROUP_END };
}

/** What somebody of a column is answered, in a world of its own. */
async function outcomeOf(type: ClientMessageType, column: string): Promise<string | undefined> {
  const group = await aGroup();
  const { chat, carol } = group;
  const caller = ASKERS[column]?.(group);
  if (caller === undefined) return undefined;
  const subject = subjectOf(group, column);
  if (caller === carol && type === 'create_conversation') {
    // The same frame of another creator is another group: hers is one that she has left.
    const { conversationId } = await chat.expect(carol, 'conversation', GROUP);
    await chat.expect(carol, 'changed', { type: 'leave', conversationId });
  }
  const answer = await chat.ask(caller, frameOf(type, subject));
  if (answer.type === 'error') return answer.code;
  return QUESTIONS[type].outcome?.(answer, subject) ?? answer.type;
}

describe('the table of who may what in docs/PROTOCOL.md', () => {
  const [table] = tablesOf(SECTION, 'request');
  const columns = table?.header.slice(1) ?? [];

  it('has a row for every request and a column for everyone', () => {
    expect(table?.rows.map(([type]) => type)).toEqual(TYPES);
    expect(columns).toEqual(Object.keys(ASKERS));
  });

  it.each(TYPES)('says what %s answers to each of them', async (type) => {
    const row = table?.rows.find(([name]) => name === type) ?? [];
    const outcomes = await Promise.all(columns.map((column) => outcomeOf(type, column)));
    expect(outcomes).toEqual(row.slice(1).map((cell) => IN_OTHER_WORDS[cell] ?? cell));
  });
});

/** The requests that name a conversation, and who is not told that it is there: what a former member may do is its own. */
const UNTOLD = TYPES.flatMap((type) => {
  const message = { serverId: 'some.1.1', attachmentId: 'a_some' };
  const named = { conversationId: 'g_some', creation: GROUP, userId: 'nora', ...message, end: 0 };
  if (!JSON.stringify(QUESTIONS[type].frame(named)).includes('g_some')) return [];
  return ['stranger', 'former member'].map((column) => [type, column] as const);
}).filter(([type, column]) => column === 'stranger' || !['sync', 'leave'].includes(type));

describe('a conversation that is there', () => {
  it.each(UNTOLD)(
    'answers %s of a %s with the same bytes as one that is not',
    async (type, column) => {
      const group = await aGroup();
      const caller = ASKERS[column]?.(group) ?? group.dave;
      const subject = subjectOf(group, column);
      const nowhere = { ...subject, conversationId: `g_${'0'.repeat(32)}` };
      const [there, not] = [
        await group.chat.ask(caller, frameOf(type, subject)),
        await group.chat.ask(caller, frameOf(type, nowhere)),
      ].map((answer) => JSON.stringify(answer));
      expect(there?.replaceAll(subject.conversationId, nowhere.conversationId)).toBe(not);
    },
  );
});

/** About whom a member is asked to change something, by the columns of the two tables. */
const TARGETS: Readonly<Record<string, (asker: Caller) => readonly string[]>> = {
  'of an owner': ({ userId }) => [userId === 'olga' ? 'alice' : 'olga'],
  'of an admin': () => ['adam'],
  'of a plain member': () => ['nora'],
  'of oneself': ({ userId }) => [userId],
  'of no member': () => ['carol', 'dave'],
};

/** Another role than somebody has. */
const ANOTHER = { owner: 'member', admin: 'owner', member: 'admin' } as const;

async function rolesOf({ chat, conversationId }: Group): Promise<Record<string, string>> {
  const members = await readMembers(chat.ports.conversations, conversationId);
  return Object.fromEntries(members.filter(isCurrent).map(({ userId, role }) => [userId, role]));
}

const CHANGES = (['remove_member', 'set_role'] as const).flatMap((type) =>
  tablesOf(SECTION, type).flatMap(({ header, rows }) =>
    rows.flatMap(([asker = '', ...cells]) =>
      cells.map((cell, index) => [type, asker, header[index + 1] ?? '', cell] as const),
    ),
  ),
);

describe('the tables of whom a member may remove, and whose role it may set', () => {
  it('have a row for every role and a column for everyone it could be about', () => {
    for (const type of ['remove_member', 'set_role']) {
      const [table] = tablesOf(SECTION, type);
      expect(table?.header.slice(1)).toEqual(Object.keys(TARGETS));
      expect(table?.rows.map(([role]) => role)).toEqual(['owner', 'admin', 'member']);
    }
  });

  it.each(CHANGES)('are right: %s by an %s %s is %s', async (type, asker, about, cell) => {
    const group = await aGroup();
    const caller = ASKERS[asker]?.(group) ?? group.dave;
    for (const userId of TARGETS[about]?.(caller) ?? []) {
      const before = await rolesOf(group);
      const role = ANOTHER[(before[userId] ?? 'member') as keyof typeof ANOTHER];
      const more = type === 'set_role' ? { role } : {};
      const answer = await askIt(group, caller, { type, userId, ...more });
      expect(answer.type === 'error' ? answer.code : answer.type).toBe(cell);
      const { [userId]: _, ...others } = before;
      const changed = type === 'set_role' ? { ...others, [userId]: role } : others;
      expect(await rolesOf(group)).toEqual(cell === 'changed' ? changed : before);
    }
  });
});

/** Whose message it is about, by the columns of its table: who sends it, and is it gone by then? */
const AUTHORS: Readonly<Record<string, (asker: Caller) => string>> = {
  "one's own": ({ userId }) => userId,
  "an owner's": ({ userId }) => (userId === 'olga' ? 'alice' : 'olga'),
  "an admin's": () => 'adam',
  "a plain member's": () => 'nora',
  "a former member's": () => 'nora',
};

const ABOUT_MESSAGES = (['edit_message', 'delete_message'] as const).flatMap((type) =>
  tablesOf(SECTION, type).flatMap(({ header, rows }) =>
    rows.flatMap(([asker = '', ...cells]) =>
      cells.map((cell, index) => [type, asker, header[index + 1] ?? '', cell] as const),
    ),
  ),
);

/** What the message says after that. */
const CONTENT_AFTER = { edit_message: 'else', delete_message: '' };

describe('the tables of whose message a member may edit, and whose it may delete', () => {
  it('have a row for every role and a column for everyone whose it could be', () => {
    for (const type of ['edit_message', 'delete_message']) {
      const [table] = tablesOf(SECTION, type);
      expect(table?.header.slice(1)).toEqual(Object.keys(AUTHORS));
      expect(table?.rows.map(([role]) => role)).toEqual(['owner', 'admin', 'member']);
    }
  });

  it.each(ABOUT_MESSAGES)(
    'are right: %s by an %s of %s is %s',
    async (type, asker, whose, cell) => {
      const group = await aGroup();
      const { chat, alice, conversationId } = group;
      const caller = ASKERS[asker]?.(group) ?? group.dave;
      const authorId = AUTHORS[whose]?.(caller) ?? '';
      const author = await chat.connect(authorId, { device: 'author' });
      const { serverId, seq } = await chat.send(author, conversationId, 'whose-is-it');
      if (whose.startsWith('a former'))
        await chat.expect(alice, 'changed', {
          type: 'remove_member',
          conversationId,
          userId: authorId,
        });
      const more = type === 'edit_message' ? { content: 'else' } : {};
      const answer = await askIt(group, caller, { type, serverId, ...more });
      expect(answer.type === 'error' ? answer.code : answer.type).toBe(cell);
      const { content } = chat.ports.conversations.eventsOf(conversationId)[
        seq - 1
      ] as MessageEvent;
      expect(content).toBe(cell === 'changed' ? CONTENT_AFTER[type] : 'text of whose-is-it');
    },
  );
});
