import type { Caller } from '../../lambdas/core/caller.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { MemoryChat } from '../support/memory-chat.ts';

async function aliceAndBob() {
  const chat = new MemoryChat();
  const alice = await chat.connect('alice');
  const bob = await chat.connect('bob');
  const phone = await chat.connect('bob', { device: 'phone' });
  const conversationId = await chat.direct(alice, 'bob');
  const { serverId } = await chat.send(alice, conversationId, 'before');
  await chat.deliver();
  const ask = (caller: Caller, type: string, more: object = {}) =>
    chat.ask(caller, { type, conversationId, ...more });
  const block = (caller: Caller, userId: string) =>
    chat.expect(caller, 'blocked', { type: 'block_user', userId });
  const unblock = (caller: Caller, userId: string) =>
    chat.expect(caller, 'blocked', { type: 'unblock_user', userId });
  const write = (caller: Caller, localId: string) =>
    ask(caller, 'send_message', { localId, content: `text of ${localId}` });
  const typesOf = (caller: Caller) => chat.framesOf(caller).map(({ type }) => type);
  return { chat, alice, bob, phone, conversationId, serverId, ask, block, unblock, write, typesOf };
}

describe('block_user', () => {
  it('ends direct messages either way, until it is taken back by who asked for it', async () => {
    const { alice, bob, block, unblock, write } = await aliceAndBob();
    await block(bob, 'alice');
    for (const caller of [alice, bob])
      expect(await write(caller, 'during')).toMatchObject({ type: 'error', code: 'forbidden' });
    await unblock(alice, 'bob');
    expect(await write(alice, 'still')).toMatchObject({ code: 'forbidden' });
    await unblock(bob, 'alice');
    expect(await write(alice, 'after')).toMatchObject({ type: 'ack', seq: 3 });
  });

  it('keeps what was refused refused, and what was placed placed', async () => {
    const { alice, bob, block, unblock, write } = await aliceAndBob();
    await block(bob, 'alice');
    await write(alice, 'during');
    expect(await write(alice, 'before')).toMatchObject({ type: 'ack', seq: 2 });
    await unblock(bob, 'alice');
    expect(await write(alice, 'during')).toMatchObject({ code: 'forbidden' });
  });

  it('refuses new text and reactions there, and leaves reading and deleting', async () => {
    const { alice, bob, serverId, ask, block } = await aliceAndBob();
    await block(bob, 'alice');
    const edit = { serverId, content: 'another text' };
    expect(await ask(alice, 'edit_message', edit)).toMatchObject({ code: 'forbidden' });
    const reaction = { serverId, emoji: '👍' };
    expect(await ask(alice, 'add_reaction', reaction)).toMatchObject({ code: 'forbidden' });
    expect(await ask(alice, 'list_messages')).toMatchObject({ type: 'messages' });
    expect(await ask(alice, 'delete_message', { serverId })).toMatchObject({ type: 'changed' });
  });

  it('tells nobody there who reads or writes', async () => {
    const { alice, bob, ask, block, typesOf } = await aliceAndBob();
    await block(bob, 'alice');
    await ask(alice, 'typing_start');
    await ask(alice, 'mark_read', { upToSeq: 2 });
    for (const type of ['typing', 'read_receipt']) expect(typesOf(bob)).not.toContain(type);
  });

  it('keeps two from beginning a conversation, and gives them the one that they have', async () => {
    const { chat, alice, bob, conversationId, block } = await aliceAndBob();
    await block(bob, 'alice');
    await block(alice, 'carol');
    const carol = await chat.connect('carol');
    const direct = { type: 'create_conversation', kind: 'direct' };
    for (const [caller, userId] of [
      [alice, 'carol'],
      [carol, 'alice'],
    ] as const)
      expect(await chat.ask(caller, { ...direct, userId })).toMatchObject({ code: 'forbidden' });
    expect(await chat.direct(alice, 'bob')).toBe(conversationId);
  });

  it('is no matter of groups', async () => {
    const { chat, alice, bob, block } = await aliceAndBob();
    await block(bob, 'alice');
    const { conversationId } = await chat.expect(alice, 'conversation', {
      type: 'create_conversation',
      kind: 'group',
      localId: 'G'.repeat(22),
      name: 'Lunch',
      members: ['bob'],
    });
    await chat.send(alice, conversationId, 'to-all');
    await chat.deliver();
    expect(chat.eventsOf(bob).at(-1)).toMatchObject({ type: 'message', localId: 'to-all' });
  });

  it('tells one’s own other devices, and nobody else', async () => {
    const { chat, alice, bob, phone, block, unblock, typesOf } = await aliceAndBob();
    await block(bob, 'alice');
    await unblock(bob, 'alice');
    const marks = chat.framesOf(phone).filter(({ type }) => type === 'block_mark');
    expect(marks).toMatchObject([
      { userId: 'alice', on: true },
      { userId: 'alice', on: false },
    ]);
    for (const caller of [alice, bob]) expect(typesOf(caller)).not.toContain('block_mark');
  });

  it('may be asked for again where there is no room for another', async () => {
    const { chat, bob, block } = await aliceAndBob();
    for (let n = 0; n < LIMITS.blockedUsers; n += 1)
      await chat.ports.users.putBlock('bob', `user-${n}`);
    expect(await block(bob, 'user-7')).toMatchObject({ on: true });
    expect(await chat.ask(bob, { type: 'block_user', userId: 'alice' })).toMatchObject({
      code: 'too_large',
    });
  });
});

describe('list_blocked', () => {
  it('says whom one blocks, page by page and as much as fits a frame', async () => {
    const { chat, alice, bob } = await aliceAndBob();
    const all = Array.from(
      { length: 100 },
      (_, n) => `${String(n).padStart(3, '0')}${'"'.repeat(252)}`,
    );
    for (const userId of all) await chat.ports.users.putBlock('bob', userId);
    const listed: string[] = [];
    let full = 0;
    for (let after: string | undefined; ; full += 1) {
      const frame = { type: 'list_blocked', ...(after !== undefined && { after }) };
      const page = await chat.expect(bob, 'blocked_users', frame);
      expect(JSON.stringify(page).length).toBeLessThanOrEqual(LIMITS.frameBytes);
      listed.push(...page.userIds);
      if (page.next === undefined) break;
      after = page.next;
    }
    expect(listed).toEqual(all);
    expect(full).toBeGreaterThan(0);
    expect(await chat.expect(alice, 'blocked_users', { type: 'list_blocked' })).toEqual({
      type: 'blocked_users',
      userIds: [],
    });
  });
});
