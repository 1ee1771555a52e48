import { LIMITS } from '../../protocol/limits.ts';
import { aGroup, USERS } from './a-lunch-group.ts';

/** Three more messages, ten seconds apart, and bob, who marks by the time. */
async function aSlowGroup() {
  const group = await aGroup();
  const { chat, alice, bob, conversationId, ask } = group;
  const times: number[] = [];
  for (const localId of ['four', 'five', 'six']) {
    chat.ports.clock.advance(10_000);
    times.push((await chat.send(alice, conversationId, localId)).timestamp);
  }
  const markAt = (upToTimestamp: number) => ask(bob, { type: 'mark_read', upToTimestamp });
  return { ...group, times, markAt };
}

describe('mark_read', () => {
  it('moves the cursor, and with it what is unread', async () => {
    const { bob, mark, unreadOf, conversationId, epoch } = await aGroup();
    expect(await unreadOf(bob)).toEqual([{ readSeq: 1, unread: 3 }]);
    expect(await mark(bob, 3)).toEqual({
      type: 'marked',
      conversationId,
      epoch,
      readSeq: 3,
      deliveredSeq: 3,
      markedUnread: false,
    });
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

  it('F-50 tells everybody, though the members come in many pages', async () => {
    const group = await aGroup(USERS.slice(0, 20));
    const { chat, bob, alice, carol, mark, receiptsOf } = group;
    const last = await chat.connect(USERS[0] ?? '');
    const { conversations } = chat.ports;
    const listMembers = conversations.listMembers.bind(conversations);
    conversations.listMembers = (id, after) => listMembers(id, after, 3);
    await mark(bob, 3);
    for (const caller of [alice, carol, last]) expect(receiptsOf(caller)).toHaveLength(1);
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

describe('mark_read by time', () => {
  it('moves the cursor to the last message of that time or before it', async () => {
    const { times, markAt, unreadOf, bob } = await aSlowGroup();
    const [four = 0, five = 0, six = 0] = times;
    expect(await markAt(four - 1)).toMatchObject({ type: 'marked', readSeq: 4 });
    expect(await markAt(four)).toMatchObject({ readSeq: 5 });
    expect(await markAt(five + 9_999)).toMatchObject({ readSeq: 6 });
    expect(await markAt(six + 1_000_000)).toMatchObject({ readSeq: 7 });
    expect(await unreadOf(bob)).toEqual([{ readSeq: 7, unread: 0 }]);
  });

  it('never goes back, and marks nothing before the first message', async () => {
    const { times, markAt, receiptsOf, alice } = await aSlowGroup();
    expect(await markAt(0)).toMatchObject({ readSeq: 1 });
    await markAt(times[2] ?? 0);
    expect(await markAt(times[0] ?? 0)).toMatchObject({ readSeq: 7 });
    expect(receiptsOf(alice)).toMatchObject([{ upToSeq: 7 }]);
  });

  it('takes the last one by number where clocks went back and forth', async () => {
    const { chat, alice, bob, conversationId, ask } = await aGroup();
    const { clock } = chat.ports;
    const noon = clock.now() + 60_000;
    for (const [localId, time] of [
      ['ahead', noon + 1_000],
      ['behind', noon - 1_000],
      ['late', noon + 5_000],
    ] as const) {
      clock.set(time);
      await chat.send(alice, conversationId, localId);
    }
    const marked = await ask(bob, { type: 'mark_read', upToTimestamp: noon });
    expect(marked).toMatchObject({ readSeq: 6 });
  });

  it('finds a message behind as many others as there are', async () => {
    const { chat, alice, bob, conversationId, ask, unreadOf } = await aGroup();
    const now = chat.ports.clock.now();
    chat.ports.clock.advance(10_000);
    for (let number = 1; number <= 150; number += 1)
      await chat.send(alice, conversationId, `more-${number}`);
    expect(await ask(bob, { type: 'mark_read', upToTimestamp: now })).toMatchObject({ readSeq: 4 });
    expect(await unreadOf(bob)).toEqual([{ readSeq: 4, unread: LIMITS.unreadMany }]);
  });

  it('looks at nothing that the reader may not see', async () => {
    const { chat, alice, conversationId, ask } = await aGroup();
    const now = chat.ports.clock.now();
    const dave = await chat.connect('dave');
    chat.ports.clock.advance(10_000);
    const add = { type: 'add_members', conversationId, members: ['dave'] };
    const { seq } = await chat.expect(alice, 'changed', add);
    expect(await ask(dave, { type: 'mark_read', upToTimestamp: now })).toMatchObject({
      readSeq: seq,
    });
  });
});
