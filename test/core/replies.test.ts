import type { Caller } from '../../lambdas/core/caller.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { CANARY, edit, groupOfThree, remove } from './group-of-three.ts';

/** A group in which bob has answered something of alice's, at the end of the log. */
async function withReply(content?: string) {
  const group = await groupOfThree();
  const { chat, alice, bob, conversationId, say } = group;
  const { serverId } = await say(alice, 'one', content);
  const reply = { type: 'send_message', localId: 'reply', content: 'Yes', replyTo: serverId };
  const { seq } = await chat.expect(bob, 'ack', { conversationId, ...reply });
  /** What somebody who lists the log, syncs, and has an open connection is told that it answers. */
  const repliedTo = async (caller: Caller) => {
    const told = [await group.list(caller), await group.sync(caller), chat.eventsOf(caller)];
    return told.map((events) => {
      const event = events.findLast((one) => one.seq === seq);
      return event?.type === 'message' ? event.repliedTo : 'nothing';
    });
  };
  return { ...group, serverId, seq, repliedTo };
}

describe('a reply', () => {
  it('comes with the beginning of what it answers, and who said that', async () => {
    const { chat, carol, repliedTo } = await withReply();
    await chat.deliver();
    const said = { senderId: 'alice', snippet: CANARY };
    expect(await repliedTo(carol)).toEqual([said, said, said]);
  });

  it.each([
    ['x'.repeat(LIMITS.snippetLength), 'x'.repeat(LIMITS.snippetLength)],
    ['x'.repeat(16_000), 'x'.repeat(LIMITS.snippetLength)],
    [`${'x'.repeat(99)}🙂`, 'x'.repeat(99)],
    ['🙂'.repeat(60), '🙂'.repeat(50)],
  ])('shows no more than 100 units of it, and no half character', async (content, snippet) => {
    const { carol, repliedTo } = await withReply(content);
    expect((await repliedTo(carol))[0]).toEqual({ senderId: 'alice', snippet });
  });

  it('follows an edit of it', async () => {
    const { chat, alice, carol, serverId, change, repliedTo } = await withReply('as it was');
    await change(alice, edit(serverId, 'else'));
    await chat.deliver();
    const said = { senderId: 'alice', snippet: 'else' };
    expect(await repliedTo(carol)).toEqual([said, said, said]);
  });

  it('says nothing of it any more once it is deleted', async () => {
    const { chat, alice, carol, serverId, change, repliedTo } = await withReply();
    await change(alice, remove(serverId));
    await chat.deliver();
    const gone = { senderId: 'alice', deleted: true };
    expect(await repliedTo(carol)).toEqual([gone, gone, gone]);
    expect(JSON.stringify(chat.framesOf(carol))).not.toContain(CANARY);
  });

  it('shows nothing of it to who was not there when it was said', async () => {
    const { chat, alice, bob, conversationId, change, list, sync, say } = await groupOfThree();
    const carol = await chat.connect('carol', { device: 'late' });
    await change(carol, { type: 'leave' });
    const { serverId: replyTo } = await say(alice, 'one');
    await change(alice, { type: 'add_members', members: ['carol'] });
    const reply = { type: 'send_message', localId: 'reply', content: 'Yes', replyTo };
    await chat.expect(bob, 'ack', { conversationId, ...reply });
    await chat.deliver();
    const told = [await list(carol), await sync(carol), chat.eventsOf(carol)];
    expect(told.map((events) => events.find(({ type }) => type === 'message'))).toMatchObject(
      told.map(() => ({ content: 'Yes', replyTo })),
    );
    expect(JSON.stringify(told)).not.toContain(CANARY);
    expect(JSON.stringify(told)).not.toContain('repliedTo');
  });

  it('shows nothing of an edit to who left before it', async () => {
    const { chat, alice, carol, serverId, seq, change, sync } = await withReply('as it was');
    await change(carol, { type: 'leave' });
    await change(alice, edit(serverId, CANARY));
    await chat.deliver();
    const reply = (await sync(carol)).find((event) => event.seq === seq);
    expect(reply).toMatchObject({ content: 'Yes', replyTo: serverId });
    expect(reply).not.toHaveProperty('repliedTo');
    expect(JSON.stringify(chat.framesOf(carol))).not.toContain(CANARY);
  });

  it('costs a read of its own only if what it answers is not on the page', async () => {
    const { chat, carol, conversationId, seq } = await withReply();
    const { conversations } = chat.ports;
    const getEvents = conversations.getEvents.bind(conversations);
    let reads = 0;
    conversations.getEvents = (...args) => {
      reads += 1;
      return getEvents(...args);
    };
    const listing = { type: 'list_messages', conversationId };
    await chat.ask(carol, listing);
    expect(reads).toBe(0);
    await chat.ask(carol, { ...listing, limit: 1, before: seq + 1 });
    expect(reads).toBe(1);
  });
});
