import type { Caller } from '../../lambdas/core/caller.ts';
import { OPEN_GATES, type Gates } from '../memory/gates.ts';
import { MemoryChat } from './memory-chat.ts';

/** Alice's group, and a connection of each of its members. */
export async function groupOf<Id extends string>(
  members: readonly Id[],
  gates: Gates = OPEN_GATES,
) {
  const chat = new MemoryChat({ gates });
  const alice = await chat.connect('alice');
  const others = new Map<Id, Caller>();
  for (const userId of members) others.set(userId, await chat.connect(userId));
  const { conversationId } = await chat.expect(alice, 'conversation', {
    type: 'create_conversation',
    kind: 'group',
    localId: 'A'.repeat(22),
    name: 'Lunch',
    members,
  });
  const of = (userId: Id): Caller => {
    const caller = others.get(userId);
    if (caller === undefined) throw new Error(`${userId} is not there`);
    return caller;
  };
  const change = (caller: Caller, frame: object) =>
    chat.expect(caller, 'changed', { conversationId, ...frame });
  const codeOf = async (caller: Caller, frame: object) =>
    (await chat.expect(caller, 'error', { conversationId, ...frame })).code;
  const sync = async (caller: Caller, cursor: object) => {
    const frame = { type: 'sync', conversations: { [conversationId]: cursor } };
    return (await chat.expect(caller, 'synced', frame)).conversations[0];
  };
  return { chat, alice, conversationId, of, change, codeOf, sync };
}
