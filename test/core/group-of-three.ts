import type { Caller } from '../../lambdas/core/caller.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { PortCall } from '../memory/gates.ts';
import { MemoryChat } from '../support/memory-chat.ts';

/** What nobody is to find any more once it is gone. */
export const CANARY = 'the-secret-of-the-day';

export function edit(serverId: string, content: string, more: object = {}) {
  return { type: 'edit_message', serverId, content, ...more };
}

export function react(serverId: string, emoji = '👍') {
  return { type: 'add_reaction', serverId, emoji };
}

export function unreact(serverId: string, emoji = '👍') {
  return { type: 'remove_reaction', serverId, emoji };
}

export function remove(serverId: string) {
  return { type: 'delete_message', serverId };
}

/** Alice's group of her, bob and carol (and more); before each call of a port `hook` is asked. */
export async function groupOfThree(more: readonly string[] = []) {
  const hook: { before?: (call: PortCall) => Promise<void> } = {};
  const before = async (call: PortCall): Promise<void> => hook.before?.(call);
  const chat = new MemoryChat({ gates: { before, after: async () => {} } });
  const alice = await chat.connect('alice');
  const bob = await chat.connect('bob');
  const carol = await chat.connect('carol');
  const { conversationId } = await chat.expect(alice, 'conversation', {
    type: 'create_conversation',
    kind: 'group',
    localId: 'A'.repeat(22),
    name: 'Lunch',
    members: ['bob', 'carol', ...more],
  });
  const change = (caller: Caller, frame: object) =>
    chat.expect(caller, 'changed', { conversationId, ...frame });
  const codeOf = async (caller: Caller, frame: object) =>
    (await chat.expect(caller, 'error', { conversationId, ...frame })).code;
  const sync = async (caller: Caller, seq = 0) => {
    const frame = { type: 'sync', conversations: { [conversationId]: { seq } } };
    const [found] = (await chat.expect(caller, 'synced', frame)).conversations;
    return found !== undefined && 'events' in found ? found.events : [];
  };
  const list = async (caller: Caller) => {
    const frame = { type: 'list_messages', conversationId, limit: LIMITS.pageEvents };
    return (await chat.expect(caller, 'messages', frame)).events;
  };
  const say = (caller: Caller, localId: string, content = CANARY) =>
    chat.send(caller, conversationId, localId, content);
  const typesOfLog = () =>
    chat.ports.conversations.eventsOf(conversationId).map(({ type }) => type);
  return {
    chat,
    hook,
    alice,
    bob,
    carol,
    conversationId,
    change,
    codeOf,
    sync,
    list,
    say,
    typesOfLog,
  };
}
