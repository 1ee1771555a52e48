import type { Caller } from '../../lambdas/core/caller.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Signal } from '../../protocol/signal.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const GROUP = {
  type: 'create_conversation',
  kind: 'group',
  localId: 'G'.repeat(22),
  name: 'Lunch',
};

/** Enough of them for a group in which nobody is told of anybody. */
export const USERS = Array.from({ length: LIMITS.signalMembers }, (_, at) => `user-${at}`);

/** Alice, bob with two devices, and carol in a group; its log goes to 4, and all has been delivered. */
export async function aGroup(more: readonly string[] = []) {
  const chat = new MemoryChat();
  const alice = await chat.connect('alice');
  const bob = await chat.connect('bob');
  const phone = await chat.connect('bob', { device: 'phone' });
  const carol = await chat.connect('carol');
  const { conversationId, epoch } = await chat.expect(alice, 'conversation', {
    ...GROUP,
    members: ['bob', 'carol', ...more],
  });
  for (const localId of ['one', 'two', 'three']) await chat.send(alice, conversationId, localId);
  await chat.deliver();
  const ask = (caller: Caller, frame: object) => chat.ask(caller, { conversationId, ...frame });
  const mark = (caller: Caller, upToSeq: number, rest: object = {}) =>
    ask(caller, { type: 'mark_read', upToSeq, ...rest });
  const signalsOf = (caller: Caller, type: Signal['type']) =>
    chat.framesOf(caller).filter((frame) => frame.type === type);
  const receiptsOf = (caller: Caller) => signalsOf(caller, 'read_receipt');
  const unreadOf = async (caller: Caller) => {
    const list = await chat.expect(caller, 'conversations', { type: 'list_conversations' });
    return list.conversations.map(({ readSeq, unread }) => ({ readSeq, unread }));
  };
  const end = chat.ports.conversations.headOf(conversationId)?.seq ?? 0;
  return {
    chat,
    alice,
    bob,
    phone,
    carol,
    conversationId,
    epoch,
    end,
    ask,
    mark,
    signalsOf,
    receiptsOf,
    unreadOf,
  };
}
