import type { Caller } from '../../lambdas/core/caller.ts';
import type { ClientMessageType } from '../../protocol/client-message.ts';
import type { Answer } from '../../protocol/server-message.ts';
import { MemoryChat } from '../support/memory-chat.ts';

/** Those of the group's first event, besides alice. */
const MEMBERS = ['adam', 'bob', 'carol', 'mia', 'nora', 'olga'];
const ROLES = { olga: 'owner', adam: 'admin', bob: 'admin' };

/** The frame with which alice made the group. */
export const GROUP = {
  type: 'create_conversation',
  kind: 'group',
  localId: 'AAAAAAAAAAAAAAAAAAAAAA',
  name: 'Lunch',
  members: MEMBERS,
};

export const DIRECT = { type: 'create_conversation', kind: 'direct', userId: 'erin' };

/** How far the group's log goes: its creation, three roles, a message, carol's leaving, another message. */
export const GROUP_END = 7;
/** The number of carol's leaving. */
export const CAROLS_END = 6;
/** And that of the direct conversation of alice and erin: its creation and a message. */
export const DIRECT_END = 2;

/**
 * A group, with alice and olga its owners, adam and bob its admins, mia and nora plain members. Carol left it,
 * and dave never was in it. Erin has a direct conversation with alice.
 *
 * @returns with the last message of either conversation, which alice sent with one file, and with `failing`, whose error every later port call throws
 */
export async function aGroup() {
  const failing: { with?: Error } = {};
  const gates = {
    before: async () => {
      if (failing.with !== undefined) throw failing.with;
    },
    after: async () => {},
  };
  const chat = new MemoryChat({ gates });
  const callers = {
    alice: await chat.connect('alice'),
    olga: await chat.connect('olga'),
    bob: await chat.connect('bob'),
    mia: await chat.connect('mia'),
    carol: await chat.connect('carol'),
    dave: await chat.connect('dave'),
    erin: await chat.connect('erin'),
  };
  const { alice, carol } = callers;
  const { conversationId, epoch } = await chat.expect(alice, 'conversation', GROUP);
  for (const [userId, role] of Object.entries(ROLES))
    await chat.expect(alice, 'changed', { type: 'set_role', conversationId, userId, role });
  await chat.send(alice, conversationId, 'while-carol-was-there');
  await chat.expect(carol, 'changed', { type: 'leave', conversationId });
  const attachmentId = await chat.upload(alice);
  const files = { attachments: [{ attachmentId }] };
  const { serverId } = await chat.send(alice, conversationId, 'after-carol-left', 'hello', files);
  const directId = await chat.direct(alice, 'erin');
  const { serverId: directServerId } = await chat.send(
    alice,
    directId,
    'between-two',
    'hello',
    files,
  );
  await chat.deliver();
  const ids = { conversationId, serverId, directId, directServerId, attachmentId };
  return { chat, ...callers, ...ids, epoch, failing };
}

export type Group = Awaited<ReturnType<typeof aGroup>>;

/** What a request of the changes of members is made of. */
type Question = { readonly type: ClientMessageType } & Readonly<Record<string, unknown>>;

/** Asks about the group. */
export function askIt(group: Group, caller: Caller, question: Question): Promise<Answer> {
  return group.chat.ask(caller, { conversationId: group.conversationId, ...question });
}
