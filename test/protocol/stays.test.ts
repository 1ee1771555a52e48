import { Unavailable } from '../../lambdas/core/ports.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { PortCall } from '../memory/gates.ts';
import { groupOf } from '../support/group-of.ts';

const MINUTE_MS = 60_000;

/** Bob, out from number 2 on and back at number 4. */
async function backAgain() {
  const group = await groupOf(['bob']);
  const { chat, alice, conversationId, of, change } = group;
  const bob = of('bob');
  await change(alice, { type: 'remove_member', userId: 'bob' });
  await chat.send(alice, conversationId, 'behind-his-back');
  const { epoch } = await change(alice, { type: 'add_members', members: ['bob'] });
  await chat.send(alice, conversationId, 'welcome');
  await chat.deliver();
  return { ...group, bob, epoch };
}

describe('PROTOCOL §set_role', () => {
  it('delivers the event of an owner who stepped down, and asks again since nobody answered', async () => {
    const queueIsDown = { now: false };
    const before = async ({ port }: PortCall): Promise<void> => {
      if (queueIsDown.now && port === 'queue') throw new Unavailable('the queue is down');
    };
    const { chat, alice, change, codeOf, of } = await groupOf(['bob'], {
      before,
      after: async () => {},
    });
    await change(alice, { type: 'set_role', userId: 'bob', role: 'owner' });
    await chat.deliver();
    const stepDown = { type: 'set_role', userId: 'alice', role: 'member' };
    queueIsDown.now = true;
    expect(await codeOf(alice, stepDown)).toBe('busy');
    queueIsDown.now = false;
    expect(await change(alice, stepDown)).toMatchObject({ seq: 3 });
    await chat.deliver();
    expect(chat.eventsOf(of('bob')).at(-1)).toMatchObject({
      type: 'role_set',
      userId: 'alice',
      seq: 3,
    });
  });
});

describe('PROTOCOL §leave', () => {
  it('ends with its event on open connections, and for sync', async () => {
    const { chat, alice, conversationId, of, change, sync } = await groupOf(['bob']);
    const bob = of('bob');
    await change(bob, { type: 'leave' });
    await chat.send(alice, conversationId, 'behind-his-back');
    await chat.deliver();
    expect(chat.eventsOf(bob).map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'conversation_created'],
      [2, 'member_removed'],
    ]);
    expect(await sync(bob, { seq: 0 })).toMatchObject({
      events: [{ seq: 1 }, { seq: 2, senderId: 'bob', userId: 'bob' }],
      seq: 2,
      complete: true,
    });
  });

  it('answers who has left already, or was removed, with the number of that', async () => {
    const { chat, alice, of, change, conversationId } = await groupOf(['bob', 'carol']);
    await change(of('bob'), { type: 'leave' });
    await change(alice, { type: 'remove_member', userId: 'carol' });
    await chat.send(alice, conversationId, 'behind-their-backs');
    const again = [
      await change(of('bob'), { type: 'leave' }),
      await change(of('carol'), { type: 'leave' }),
      await change(of('carol'), { type: 'remove_member', userId: 'carol' }),
    ];
    expect(again.map(({ seq }) => seq)).toEqual([2, 3, 3]);
  });

  it('makes the admin who has been there longest the owner, where the last owner leaves', async () => {
    const { chat, alice, of, change, conversationId } = await groupOf(['zoe', 'bob']);
    await change(alice, { type: 'add_members', members: ['amy'] });
    for (const userId of ['amy', 'zoe'])
      await change(alice, { type: 'set_role', userId, role: 'admin' });
    await change(alice, { type: 'leave' });
    await chat.deliver();
    expect(chat.eventsOf(of('bob')).at(-1)).toMatchObject({ userId: 'alice', newOwnerId: 'zoe' });
    const { members } = await chat.expect(of('bob'), 'members', {
      type: 'list_members',
      conversationId,
    });
    expect(members).toEqual([
      { userId: 'amy', role: 'admin' },
      { userId: 'bob', role: 'member' },
      { userId: 'zoe', role: 'owner' },
    ]);
  });

  it('makes the member who has been there longest the owner, by its last stay, where there is no admin', async () => {
    const { chat, alice, of, change } = await groupOf(['bob', 'dora', 'carol']);
    await change(of('bob'), { type: 'leave' });
    await change(alice, { type: 'add_members', members: ['bob'] });
    await change(alice, { type: 'leave' });
    await chat.deliver();
    expect(chat.eventsOf(of('dora')).at(-1)).toMatchObject({ newOwnerId: 'carol' });
  });

  it('names no new owner while there is another', async () => {
    const { chat, alice, of, change } = await groupOf(['bob', 'carol']);
    await change(alice, { type: 'set_role', userId: 'bob', role: 'owner' });
    await change(alice, { type: 'leave' });
    await chat.deliver();
    const event = chat.eventsOf(of('carol')).at(-1);
    expect(event).toMatchObject({ type: 'member_removed', userId: 'alice' });
    expect(event).not.toHaveProperty('newOwnerId');
  });

  it('closes the conversation where the last member leaves', async () => {
    const { chat, alice, conversationId, change, codeOf, sync } = await groupOf([]);
    await change(alice, { type: 'leave' });
    await chat.deliver();
    const message = { type: 'send_message', localId: 'late', content: 'anybody?' };
    const questions = [message, { type: 'list_messages' }];
    for (const frame of [...questions, { type: 'add_members', members: ['alice'] }])
      expect([frame.type, await codeOf(alice, frame)]).toEqual([frame.type, 'not_found']);
    expect(await sync(alice, { seq: 0 })).toMatchObject({ conversationId, seq: 2 });
    // Her answer may have been lost.
    expect(await change(alice, { type: 'leave' })).toMatchObject({ seq: 2 });
  });

  it('is busy for the ninth within a minute, and not after it', async () => {
    const users = Array.from({ length: 9 }, (_, index) => `user-${index}`);
    const { chat, of, change, codeOf } = await groupOf(users);
    for (const userId of users.slice(0, 8)) await change(of(userId), { type: 'leave' });
    expect(await codeOf(of('user-8'), { type: 'leave' })).toBe('busy');
    chat.ports.clock.advance(MINUTE_MS);
    await change(of('user-8'), { type: 'leave' });
  });
});

describe('PROTOCOL §add_members', () => {
  it('looks again where the asker itself was removed and let in while it looked', async () => {
    const { chat, alice, of, change, codeOf } = await groupOf(['bob']);
    await change(alice, { type: 'set_role', userId: 'bob', role: 'admin' });
    const { conversations } = chat.ports;
    const list = conversations.listMembers.bind(conversations);
    // Between the look at who asks and the look at all he is removed, and let in after that.
    conversations.listMembers = async (...args) => {
      conversations.listMembers = list;
      await change(alice, { type: 'remove_member', userId: 'bob' });
      const page = await list(...args);
      await change(alice, { type: 'add_members', members: ['bob'] });
      return page;
    };
    const frame = { type: 'add_members', members: ['bob'] };
    // By then he is a plain member.
    expect(await codeOf(of('bob'), frame)).toBe('forbidden');
  });

  it('lets in 45 an event, leaves who is there as it is, and says the last number', async () => {
    const { chat, alice, of, change } = await groupOf(['bob']);
    await change(alice, { type: 'set_role', userId: 'bob', role: 'admin' });
    const members = ['bob', ...Array.from({ length: 46 }, (_, index) => `user-${index}`)];
    expect(await change(of('bob'), { type: 'add_members', members })).toMatchObject({ seq: 4 });
    expect(await change(alice, { type: 'add_members', members })).toMatchObject({ seq: 4 });
    await chat.deliver();
    const added = chat.eventsOf(alice).filter(({ type }) => type === 'members_added');
    expect(added.map((event) => ('members' in event ? event.members : []))).toEqual([
      members.slice(1, 46),
      members.slice(46),
    ]);
    await change(of('bob'), { type: 'add_members', members: ['still-an-admin'] });
  });

  it('lets nobody in where all are too many, and counts no former member', async () => {
    const { chat, alice, of, change, codeOf, conversationId } = await groupOf(['bob']);
    await change(of('bob'), { type: 'leave' });
    const many = Array.from({ length: LIMITS.groupMembers }, (_, index) => `user-${index}`);
    expect(await codeOf(alice, { type: 'add_members', members: many })).toBe('too_large');
    const listing = { type: 'list_members', conversationId };
    expect((await chat.expect(alice, 'members', listing)).members).toHaveLength(1);
    await change(alice, { type: 'add_members', members: many.slice(1) });
    expect(await codeOf(alice, { type: 'add_members', members: ['bob'] })).toBe('too_large');
  });

  it('begins a new stay for who was there before: as a plain member, and after a reset', async () => {
    const { bob, epoch, sync, chat, conversationId } = await backAgain();
    const events = [{ seq: 4, type: 'members_added' }, { seq: 5 }];
    expect(await sync(bob, { seq: 0 })).toMatchObject({ events, seq: 5, complete: true });
    for (const seq of [1, 2])
      expect([seq, await sync(bob, { seq, epoch })]).toEqual([
        seq,
        { conversationId, reset: true, epoch, seq: 5 },
      ]);
    const listing = { type: 'list_members', conversationId };
    expect((await chat.expect(bob, 'members', listing)).members).toEqual([
      { userId: 'alice', role: 'owner' },
      { userId: 'bob', role: 'member' },
    ]);
  });

  it('leaves what the earlier stays held to list_messages, and nothing of the time between', async () => {
    const { bob, chat, conversationId } = await backAgain();
    const listing = { type: 'list_messages', conversationId };
    const last = await chat.expect(bob, 'messages', listing);
    expect([last.events.map(({ seq }) => seq), last.complete]).toEqual([[5, 4], false]);
    const first = await chat.expect(bob, 'messages', { ...listing, before: 4 });
    expect([first.events.map(({ seq }) => seq), first.complete]).toEqual([[2, 1], true]);
    expect(chat.eventsOf(bob).map(({ seq }) => seq)).toEqual([1, 2, 4, 5]);
  });
});

describe('PROTOCOL §remove_member and §set_role', () => {
  it('answer what is done already with the last number', async () => {
    const { chat, alice, of, change, conversationId } = await groupOf(['bob', 'carol']);
    await change(alice, { type: 'remove_member', userId: 'bob' });
    await change(alice, { type: 'set_role', userId: 'carol', role: 'admin' });
    await chat.send(of('carol'), conversationId, 'one-more');
    const again = [
      await change(alice, { type: 'remove_member', userId: 'bob' }),
      await change(alice, { type: 'set_role', userId: 'carol', role: 'admin' }),
    ];
    expect(again.map(({ seq }) => seq)).toEqual([4, 4]);
  });
});

describe('PROTOCOL §list_members', () => {
  it('comes in pages that fit a frame and hold everybody once, by the order of ids', async () => {
    // As long as an id can be, of characters that JSON escapes.
    const users = Array.from({ length: 150 }, (_, index) => `${'"'.repeat(250)}${1_000 + index}`);
    const { chat, alice, change, conversationId } = await groupOf([]);
    // A frame holds no more of such ids.
    for (let start = 0; start < users.length; start += 50)
      await change(alice, { type: 'add_members', members: users.slice(start, start + 50) });
    const found: string[] = [];
    for (let after: string | undefined; ;) {
      const frame = { type: 'list_members', conversationId, after, requestId: '"'.repeat(64) };
      const page = await chat.expect(alice, 'members', frame);
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(LIMITS.frameBytes);
      found.push(...page.members.map(({ userId }) => userId));
      if (page.next === undefined) break;
      after = page.next;
    }
    expect(found).toEqual([...users, 'alice'].toSorted());
  });
});
