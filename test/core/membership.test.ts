import {
  isCurrent,
  isEntitled,
  provenMember,
  visibleRanges,
} from '../../lambdas/core/membership.ts';
import { headFromItem, headToItem } from '../../lambdas/aws/conversation-rows.ts';
import type { Head } from '../../lambdas/core/ports.ts';
import { headOf, memberOf } from '../contract/rows.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const NOW = 1_767_000_000_000;
/** Names that every object answers to, whether somebody put them there or not. */
const NAMES = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf'];
const HERE = memberOf('g_1', 'alice', { stays: [{ joined: 3 }] });
const LEFT = memberOf('g_1', 'alice', { stays: [{ joined: 3, left: 5 }] });
const BACK = memberOf('g_1', 'alice', { stays: [{ joined: 3, left: 5 }, { joined: 8 }] });

describe('a membership', () => {
  it('is current while its last stay has no end', () => {
    const rows = [undefined, memberOf('g_1', 'alice', { stays: [] }), HERE, LEFT, BACK];
    expect(rows.map(isCurrent)).toEqual([false, false, true, false, true]);
  });

  it('entitles to the numbers of its stays, both ends included', () => {
    const numbers = [2, 3, 4, 5, 6, 7, 8, 9];
    expect(numbers.filter((seq) => isEntitled(BACK, seq))).toEqual([3, 4, 5, 8, 9]);
  });

  it('shows its stays; and everything to a current member where history is open', () => {
    const stays = [
      { from: 3, to: 5 },
      { from: 8, to: Infinity },
    ];
    expect(visibleRanges(BACK, headOf('g_1'))).toEqual(stays);
    const open = headOf('g_1', { history: 'all' });
    expect(visibleRanges(BACK, open)).toEqual([{ from: 1, to: Infinity }]);
    expect(visibleRanges(LEFT, open)).toEqual([{ from: 3, to: 5 }]);
  });

  it('is proven by a head without a mark, or with one that has run out; with one nobody knows', () => {
    const marked = (until: number) => headOf('g_1', { leaving: { alice: until, bob: NOW + 9 } });
    expect(provenMember(headOf('g_1'), HERE, NOW)).toBe('member');
    expect(provenMember(marked(NOW), HERE, NOW)).toBe('member');
    expect(provenMember(marked(NOW + 1), HERE, NOW)).toBe('unsettled');
    expect(provenMember(marked(NOW + 1), LEFT, NOW)).toBe('no_member');
    expect(provenMember(marked(NOW + 1), undefined, NOW)).toBe('no_member');
  });

  it.each(NAMES)('is marked as leaving only by a mark of its own: %s', (userId) => {
    const member = memberOf('g_1', userId);
    const marked = headOf('g_1', { leaving: Object.fromEntries([[userId, NOW + 1]]) });
    for (const read of [(head: Head) => head, (head: Head) => headFromItem(headToItem(head))]) {
      expect(provenMember(read(headOf('g_1')), member, NOW)).toBe('member');
      expect(provenMember(read(marked), member, NOW)).toBe('unsettled');
      expect(provenMember(read(marked), memberOf('g_1', 'alice'), NOW)).toBe('member');
    }
  });
});

describe('users with the names of what every object has', () => {
  it.each(NAMES)('chat as everybody does: %s', async (userId) => {
    const chat = new MemoryChat();
    const odd = await chat.connect(userId);
    const bob = await chat.connect('bob');
    const conversationId = await chat.direct(odd, 'bob');
    expect(await chat.direct(bob, userId)).toBe(conversationId);
    const { epoch } = await chat.send(odd, conversationId, 'one');
    await chat.send(bob, conversationId, 'two');
    await chat.deliver();
    expect(chat.eventsOf(odd).map(({ seq }) => seq)).toEqual([1, 3]);
    expect(chat.eventsOf(bob).map(({ seq }) => seq)).toEqual([1, 2]);
    const held = { [conversationId]: { seq: 1, epoch } };
    expect(await chat.ask(odd, { type: 'ping', cursors: held })).toMatchObject({
      heads: { [conversationId]: { seq: 3 } },
    });
    expect(await chat.ask(odd, { type: 'sync', conversations: held })).toMatchObject({
      conversations: [{ events: [{ senderId: userId }, { senderId: 'bob' }], complete: true }],
    });
    expect(await chat.ask(bob, { type: 'list_conversations' })).toMatchObject({
      conversations: [{ conversationId, userId, readSeq: 3, unread: 0 }],
    });
    expect(await chat.ask(odd, { type: 'list_messages', conversationId })).toMatchObject({
      events: [{ seq: 3 }, { seq: 2 }, { seq: 1 }],
    });
  });

  it.each(NAMES)('are strangers elsewhere: %s', async (userId) => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const odd = await chat.connect(userId);
    const conversationId = await chat.direct(alice, 'bob');
    expect(await chat.ask(odd, { type: 'list_messages', conversationId })).toMatchObject({
      code: 'not_found',
    });
    await chat.deliver();
    expect(chat.eventsOf(odd)).toEqual([]);
  });

  it.each(NAMES)('are marked as leaving only by their own mark: %s', async (userId) => {
    const chat = new MemoryChat();
    const { conversations } = chat.ports;
    const odd = await chat.connect(userId);
    const leaving = Object.fromEntries([[userId, chat.ports.clock.now() + 1]]);
    await conversations.commit([
      { kind: 'create_head', head: headOf('g_1', { leaving, seq: 1 }) },
      { kind: 'create_member', member: memberOf('g_1', userId) },
    ]);
    expect(await chat.ask(odd, { type: 'list_messages', conversationId: 'g_1' })).toMatchObject({
      code: 'busy',
    });
    chat.ports.clock.advance(1);
    expect((await chat.ask(odd, { type: 'list_messages', conversationId: 'g_1' })).type).toBe(
      'messages',
    );
  });
});
