import { clientMessages, type ClientMessageType } from '../../protocol/client-message.ts';
import { ERROR_CODES } from '../../protocol/errors.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Answer } from '../../protocol/server-message.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import { aGroup, askIt, GROUP, type Group } from './a-group.ts';
import { readSections, sectionOf, tablesOf } from './document.ts';

const SECTIONS = readSections();
const TYPES = Object.keys(clientMessages) as ClientMessageType[];
type Trial = (group: Group) => Promise<Answer>;

function message(conversationId: string, more: Record<string, unknown> = {}) {
  return { type: 'send_message', localId: 'one', conversationId, content: 'hello', ...more };
}

function editing(serverId: string, content = 'else') {
  return { type: 'edit_message', serverId, content } as const;
}

function reacting(serverId: string, emoji = '👍') {
  return { type: 'add_reaction', serverId, emoji } as const;
}

function unreacting(serverId: string, emoji = '👍') {
  return { ...reacting(serverId, emoji), type: 'remove_reaction' } as const;
}

function downloading({ serverId, attachmentId }: Group) {
  return { type: 'get_download', serverId, attachmentId } as const;
}

function deleting(serverId: string) {
  return { type: 'delete_message', serverId } as const;
}

/** As many as a group may have, besides those that it has. */
const strangers = Array.from({ length: LIMITS.groupMembers }, (_, index) => `user-${index}`);

function cursors(count: number) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`g_${index}`, { seq: 0 }]),
  );
}

/** Carol has just left; seven more make eight. */
async function removeEight({ chat, alice, conversationId }: Group): Promise<void> {
  const members = strangers.slice(0, 7);
  await chat.expect(alice, 'changed', { type: 'add_members', conversationId, members });
  for (const userId of members)
    await chat.expect(alice, 'changed', { type: 'remove_member', conversationId, userId });
}

const UPLOAD = {
  type: 'request_upload',
  kind: 'file',
  name: 'a.pdf',
  mediaType: 'application/pdf',
  bytes: 1,
};

/** A case of every refusal that the document has, by section and code. */
const TRIALS: Readonly<Record<string, Readonly<Record<string, Trial>>>> = {
  send_message: {
    not_found: ({ chat, dave, conversationId }) => chat.ask(dave, message(conversationId)),
    message_not_found: ({ chat, alice, conversationId }) =>
      chat.ask(alice, message(conversationId, { replyTo: 'nothing.1.1' })),
    attachment_not_found: ({ chat, bob, conversationId, attachmentId }) =>
      chat.ask(bob, message(conversationId, { attachments: [{ attachmentId }] })),
    attachment_not_ready: async ({ chat, alice, conversationId }) => {
      const { attachmentId } = await chat.expect(alice, 'upload', UPLOAD);
      return chat.ask(alice, message(conversationId, { attachments: [{ attachmentId }] }));
    },
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
    not_found: async (group) => {
      await askIt(group, group.alice, { type: 'leave' });
      return group.chat.ask(group.alice, GROUP);
    },
    too_large: ({ chat, alice }) =>
      chat.ask(alice, { ...GROUP, localId: 'B'.repeat(22), members: strangers }),
  },
  add_members: {
    not_found: (group) => askIt(group, group.dave, { type: 'add_members', members: ['erin'] }),
    forbidden: (group) => askIt(group, group.mia, { type: 'add_members', members: ['erin'] }),
    too_large: (group) => askIt(group, group.alice, { type: 'add_members', members: strangers }),
  },
  remove_member: {
    not_found: (group) => askIt(group, group.carol, { type: 'remove_member', userId: 'mia' }),
    forbidden: (group) => askIt(group, group.mia, { type: 'remove_member', userId: 'nora' }),
    busy: async (group) => {
      await removeEight(group);
      return askIt(group, group.alice, { type: 'remove_member', userId: 'nora' });
    },
  },
  leave: {
    not_found: (group) => askIt(group, group.dave, { type: 'leave' }),
    forbidden: ({ chat, alice, directId }) =>
      chat.ask(alice, { type: 'leave', conversationId: directId }),
    busy: async (group) => {
      await removeEight(group);
      return askIt(group, group.mia, { type: 'leave' });
    },
  },
  set_role: {
    not_found: (group) =>
      askIt(group, group.alice, { type: 'set_role', userId: 'dave', role: 'admin' }),
    forbidden: async (group) => {
      const { alice } = group;
      await askIt(group, alice, { type: 'set_role', userId: 'olga', role: 'member' });
      return askIt(group, alice, { type: 'set_role', userId: 'alice', role: 'admin' });
    },
  },
  edit_message: {
    not_found: (group) => askIt(group, group.dave, editing(group.serverId)),
    message_not_found: async (group) => {
      await askIt(group, group.alice, deleting(group.serverId));
      return askIt(group, group.alice, editing(group.serverId));
    },
    forbidden: (group) => {
      group.chat.ports.clock.advance(LIMITS.editWindowMs + 1);
      return askIt(group, { ...group.alice, tokenEnd: Infinity }, editing(group.serverId));
    },
    too_large: (group) => askIt(group, group.alice, editing(group.serverId, '\n'.repeat(9_000))),
  },
  add_reaction: {
    not_found: (group) => askIt(group, group.dave, reacting(group.serverId)),
    message_not_found: (group) => askIt(group, group.alice, reacting('nothing.1.7')),
    too_large: async (group) => {
      for (let count = 1; count <= LIMITS.reactionEmojis; count += 1)
        await askIt(group, group.alice, reacting(group.serverId, `:${count}:`));
      return askIt(group, group.mia, reacting(group.serverId));
    },
  },
  remove_reaction: {
    not_found: (group) => askIt(group, group.carol, unreacting(group.serverId)),
    message_not_found: async (group) => {
      await askIt(group, group.alice, deleting(group.serverId));
      return askIt(group, group.mia, unreacting(group.serverId));
    },
    too_large: (group) => askIt(group, group.mia, unreacting(group.serverId, '€'.repeat(11))),
  },
  delete_message: {
    not_found: (group) => askIt(group, group.dave, deleting(group.serverId)),
    message_not_found: (group) => askIt(group, group.alice, deleting('nothing.1.7')),
    forbidden: (group) => askIt(group, group.mia, deleting(group.serverId)),
  },
  request_upload: {
    too_large: ({ chat, alice }) => chat.ask(alice, { ...UPLOAD, bytes: 1024 ** 4 }),
  },
  list_members: {
    not_found: (group) => askIt(group, group.carol, { type: 'list_members' }),
  },
  get_download: {
    not_found: (group) => askIt(group, group.carol, downloading(group)),
    message_not_found: (group) =>
      askIt(group, group.bob, { ...downloading(group), serverId: 'nothing.1.1' }),
    attachment_not_found: (group) =>
      askIt(group, group.bob, { ...downloading(group), attachmentId: 'a_nothing' }),
  },
  list_messages: {
    not_found: ({ chat, carol, conversationId }) =>
      chat.ask(carol, { type: 'list_messages', conversationId }),
  },
  get_presence: {
    not_found: (group) => askIt(group, group.carol, { type: 'get_presence', userIds: ['mia'] }),
    too_large: ({ chat, alice }) => chat.ask(alice, { type: 'get_presence', userIds: strangers }),
  },
  get_receipts: {
    not_found: (group) => askIt(group, group.carol, { type: 'get_receipts' }),
    message_not_found: (group) => askIt(group, group.mia, { type: 'get_receipts', seq: 99 }),
  },
  mark_read: {
    not_found: (group) => askIt(group, group.carol, { type: 'mark_read', upToSeq: 1 }),
  },
  sync: {
    too_large: ({ chat, alice }) =>
      chat.ask(alice, { type: 'sync', conversations: cursors(LIMITS.syncConversations + 1) }),
  },
  ping: {
    too_large: ({ chat, alice }) =>
      chat.ask(alice, { type: 'ping', cursors: cursors(LIMITS.pingConversations + 1) }),
  },
  mark_delivered: {
    not_found: (group) => askIt(group, group.carol, { type: 'mark_delivered', upToSeq: 1 }),
  },
  mark_unread: {
    not_found: (group) => askIt(group, group.carol, { type: 'mark_unread' }),
  },
  typing_start: {
    not_found: (group) => askIt(group, group.carol, { type: 'typing_start' }),
  },
  typing_stop: {
    not_found: (group) => askIt(group, group.carol, { type: 'typing_stop' }),
  },
  counted: {
    rate_limited: (group) => {
      group.chat.ports.settings.limits.messagesPerMinute = 1;
      return askIt(group, group.alice, { type: 'leave' });
    },
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

  it.each(CASES.filter(([, code]) => code === 'too_large'))(
    'says what is too large: %s',
    async (_section, _code, trial) => {
      const sentence = /^unable to serve the request; [a-z ]+: at most [\d,]+ [A-Za-z ]+$/;
      expect(await trial(await aGroup())).toMatchObject({
        message: expect.stringMatching(sentence) as string,
      });
    },
  );

  it.each(TYPES)('is documented for %s exactly where there is a case of it', (type) => {
    const documented = tablesOf(sectionOf(SECTIONS, type), 'refused').flatMap(({ rows }) =>
      rows.map(([code]) => code),
    );
    expect(new Set(documented)).toEqual(new Set(Object.keys(TRIALS[type] ?? {})));
  });

  it('is marked in the list of errors as what it is: of any request, of those that count, of some, of none yet', () => {
    const [table] = tablesOf(sectionOf(SECTIONS, 'Errors'), 'code');
    const bySome = new Set(TYPES.flatMap((type) => Object.keys(TRIALS[type] ?? {})));
    const marks = ERROR_CODES.map((code) => {
      const mark = ['any', 'counted'].find((name) => Object.hasOwn(TRIALS[name] ?? {}, code));
      if (mark !== undefined) return [code, mark];
      return [code, bySome.has(code) ? 'some' : 'none yet'];
    });
    expect(table?.rows.map(([code, , answers]) => [code, answers])).toEqual(marks);
  });
});
