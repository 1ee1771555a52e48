import type { Caller } from '../../lambdas/core/caller.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const GROUP = {
  type: 'create_conversation',
  kind: 'group',
  localId: 'G'.repeat(22),
  name: 'Lunch',
};

const USERS = Array.from({ length: LIMITS.signalMembers }, (_, at) => `user-${at}`);

/** Alice, bob with two devices, and carol in a group; its log goes to 4, and all has been delivered. */
async function aGroup(more: readonly string[] = []) {
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
  const mark = (caller: Caller, upToSeq: number, rest: object = {}) =>
    chat.ask(caller, { type: 'mark_read', conversationId, upToSeq, ...rest });
  const receiptsOf = (caller: Caller) =>
    chat.framesOf(caller).filter(({ type }) => type === 'read_receipt');
  const unreadOf = async (caller: Caller) => {
    const list = await chat.expect(caller, 'conversations', { type: 'list_conversations' });
    return list.conversations.map(({ readSeq, unread }) => ({ readSeq, unread }));
  };
  const end = chat.ports.conversations.headOf(conversationId)?.seq ?? 0;
  return { chat, alice, bob, phone, carol, conversationId, epoch, mark, receiptsOf, unreadOf, end };
}

describe('mark_read', () => {
  it('moves the cursor, and with it what is unread', async () => {
    const { bob, mark, unreadOf, conversationId, epoch } = await aGroup();
    expect(await unreadOf(bob)).toEqual([{ readSeq: 1, unread: 3 }]);
    expect(await mark(bob, 3)).toEqual({ type: 'marked', conversationId, epoch, readSeq: 3 });
    expect(await unreadOf(bob)).toEqual([{ readSeq: 3, unread: 1 }]);
  });

  it('tells the others and the reader’s other devices, and not the one that it came from', async () => {
    const { alice, bob, phone, carol, mark, receiptsOf, conversationId, epoch } = await aGroup();
    await mark(bob, 3);
    const receipt = {
      type: 'read_receipt',
      conversationId,
      userId: 'bob',
      upToSeq: 3,
      epoch,
    };
    for (const caller of [alice, carol, phone]) expect(receiptsOf(caller)).toEqual([receipt]);
    expect(receiptsOf(bob)).toEqual([]);
  });

  it('never goes back, and tells nobody of what does not move', async () => {
    const { alice, bob, phone, mark, receiptsOf } = await aGroup();
    await mark(bob, 3);
    expect(await mark(bob, 2)).toMatchObject({ type: 'marked', readSeq: 3 });
    expect(await mark(phone, 3)).toMatchObject({ type: 'marked', readSeq: 3 });
    expect(receiptsOf(alice)).toHaveLength(1);
  });

  it('never goes past the conversation’s end', async () => {
    const { chat, alice, bob, mark, unreadOf, conversationId, end } = await aGroup();
    expect(await mark(bob, 1_000_000)).toMatchObject({ readSeq: end });
    await chat.send(alice, conversationId, 'later');
    expect(await unreadOf(bob)).toEqual([{ readSeq: end, unread: 1 }]);
  });

  it('marks nothing of another history', async () => {
    const { alice, bob, mark, receiptsOf, epoch } = await aGroup();
    expect(await mark(bob, 3, { epoch: 'another.1' })).toMatchObject({ epoch, readSeq: 1 });
    expect(await mark(bob, 3, { epoch })).toMatchObject({ readSeq: 3 });
    expect(receiptsOf(alice)).toHaveLength(1);
  });

  it('takes one’s own messages for read without a mark, and everything before the last of them', async () => {
    const { chat, bob, unreadOf, conversationId } = await aGroup();
    const { seq } = await chat.send(bob, conversationId, 'mine');
    expect(await unreadOf(bob)).toEqual([{ readSeq: seq, unread: 0 }]);
  });

  it('counts from its beginning for who came back, whatever was read before', async () => {
    const { chat, alice, bob, mark, unreadOf, conversationId } = await aGroup();
    await mark(bob, 3);
    const change = { conversationId, userId: 'bob', members: ['bob'] };
    const { userId, members } = change;
    await chat.expect(alice, 'changed', { type: 'remove_member', conversationId, userId });
    const { seq } = await chat.expect(alice, 'changed', {
      type: 'add_members',
      conversationId,
      members,
    });
    expect(await unreadOf(bob)).toEqual([{ readSeq: seq, unread: 0 }]);
    expect(await mark(bob, 4)).toMatchObject({ readSeq: seq });
  });

  it('does not lose the cursor to a change of the member’s role that was begun before', async () => {
    const { chat, alice, bob, mark, unreadOf, conversationId } = await aGroup();
    const { conversations } = chat.ports;
    const commit = conversations.commit.bind(conversations);
    conversations.commit = async (changes) => {
      await mark(bob, 3);
      return commit(changes);
    };
    const role = { type: 'set_role', conversationId, userId: 'bob', role: 'admin' };
    await chat.expect(alice, 'changed', role);
    expect(await unreadOf(bob)).toMatchObject([{ readSeq: 3 }]);
  });

  it('tells only one’s own devices in a group of more than fifty', async () => {
    for (const [members, told] of [
      [LIMITS.signalMembers, 1],
      [LIMITS.signalMembers + 1, 0],
    ] as const) {
      const { alice, phone, bob, mark, receiptsOf } = await aGroup(USERS.slice(0, members - 3));
      await mark(bob, 3);
      expect([receiptsOf(alice).length, receiptsOf(phone).length]).toEqual([told, 1]);
    }
  });

  it('tells nothing to who was removed, though former members are many', async () => {
    const { chat, alice, bob, carol, mark, receiptsOf, conversationId } = await aGroup();
    const remove = { type: 'remove_member', conversationId, userId: 'carol' };
    await chat.expect(alice, 'changed', remove);
    await mark(bob, 3);
    expect(receiptsOf(carol)).toEqual([]);
    expect(receiptsOf(alice)).toHaveLength(1);
  });

  it('tells nothing to who is being removed', async () => {
    const { chat, alice, bob, carol, mark, receiptsOf, conversationId } = await aGroup();
    const { conversations, clock } = chat.ports;
    const now = clock.now();
    await conversations.takeNumberToRemove(conversationId, 'alice', 'carol', now, now + 60_000);
    await mark(bob, 3);
    expect(receiptsOf(carol)).toEqual([]);
    expect(receiptsOf(alice)).toHaveLength(1);
    expect(await mark(carol, 3)).toMatchObject({ type: 'error', code: 'busy' });
  });

  it('posts nothing to connections whose time is over', async () => {
    const { chat, bob, mark } = await aGroup();
    const dave = await chat.connect('carol', {
      device: 'old',
      tokenEnd: chat.ports.clock.now() + 1_000,
    });
    chat.ports.clock.advance(1_000);
    await mark(bob, 3);
    expect(chat.framesOf(dave)).toEqual([]);
  });

  it('is done though nobody can be told', async () => {
    const { chat, alice, bob, mark, receiptsOf } = await aGroup();
    chat.ports.connections.answer(
      alice.connectionId,
      ...Array.from({ length: 9 }, () => 'failed' as const),
    );
    expect(await mark(bob, 3)).toMatchObject({ type: 'marked', readSeq: 3 });
    expect(receiptsOf(alice)).toEqual([]);
    expect(await mark(alice, 4)).toMatchObject({ type: 'marked', readSeq: 4 });
  });
});
