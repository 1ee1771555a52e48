import { Unavailable } from '../../lambdas/core/ports.ts';
import { CANARY, groupOfThree, remove } from './group-of-three.ts';

describe('PROTOCOL §delete_message', () => {
  it('leaves a message at its place that says nothing, for everybody who reads it', async () => {
    const { chat, alice, bob, conversationId, change, sync, list, say } = await groupOfThree();
    const { serverId } = await say(alice, 'one');
    await chat.deliver();
    await change(alice, remove(serverId));
    await chat.deliver();
    expect(chat.eventsOf(bob).at(-1)).toMatchObject({
      type: 'message_deleted',
      seq: 3,
      senderId: 'alice',
      serverId,
    });
    const tombstone = {
      type: 'message',
      seq: 2,
      serverId,
      senderId: 'alice',
      localId: 'one',
      content: '',
      contentType: 'text/plain',
      deleted: true,
    };
    expect((await sync(bob))[1]).toMatchObject(tombstone);
    expect((await list(bob))[1]).toMatchObject(tombstone);
    const rows = chat.ports.conversations.eventsOf(conversationId);
    expect(JSON.stringify(rows)).not.toContain(CANARY);
  });

  it('takes away what it answers, too', async () => {
    const { alice, bob, conversationId, chat, change, list, say } = await groupOfThree();
    const { serverId: replyTo } = await say(alice, 'one');
    const reply = { type: 'send_message', localId: 'two', content: 'yes', replyTo };
    const { serverId } = await chat.expect(bob, 'ack', { conversationId, ...reply });
    await change(bob, remove(serverId));
    expect((await list(alice))[1]).not.toHaveProperty('replyTo');
  });

  it('is answered with the same number when it is asked for again, and is one event', async () => {
    const { alice, bob, change, say, typesOfLog } = await groupOfThree();
    const { serverId } = await say(bob, 'one');
    const first = await change(bob, remove(serverId));
    await say(bob, 'two');
    expect(await change(bob, remove(serverId))).toEqual(first);
    expect(await change(alice, remove(serverId))).toEqual(first);
    expect(typesOfLog()).toEqual(['conversation_created', 'message', 'message_deleted', 'message']);
  });

  it('delivers its event where asking again was all that could be done about it', async () => {
    const { chat, hook, alice, bob, change, codeOf, say } = await groupOfThree();
    const { serverId } = await say(alice, 'one');
    hook.before = async ({ port }) => {
      if (port === 'queue') throw new Unavailable('the queue is down');
    };
    expect(await codeOf(alice, remove(serverId))).toBe('busy');
    delete hook.before;
    await change(alice, remove(serverId));
    await chat.deliver();
    expect(chat.eventsOf(bob).at(-1)).toMatchObject({ type: 'message_deleted' });
  });

  it('is acked as before to who sends the message again', async () => {
    const { alice, change, say, list } = await groupOfThree();
    const ack = await say(alice, 'one');
    await change(alice, remove(ack.serverId));
    expect(await say(alice, 'one')).toEqual(ack);
    expect((await list(alice))[1]).toMatchObject({ content: '', deleted: true });
  });

  it('happens once where two do it at once', async () => {
    const { alice, bob, hook, change, say, typesOfLog } = await groupOfThree();
    const { serverId } = await say(bob, 'one');
    hook.before = async ({ method }) => {
      if (method !== 'commit') return;
      delete hook.before;
      await change(alice, remove(serverId));
    };
    expect(await change(bob, remove(serverId))).toMatchObject({ seq: 4 });
    expect(typesOfLog()).toEqual(['conversation_created', 'message', 'void', 'message_deleted']);
  });

  it('is refused to whoever has lost the role for it by the time that it is written', async () => {
    const { alice, bob, carol, hook, change, codeOf, say, list } = await groupOfThree();
    await change(alice, { type: 'set_role', userId: 'bob', role: 'admin' });
    const { serverId } = await say(carol, 'one');
    hook.before = async ({ method }) => {
      if (method !== 'commit') return;
      delete hook.before;
      await change(alice, { type: 'set_role', userId: 'bob', role: 'member' });
    };
    expect(await codeOf(bob, remove(serverId))).toBe('forbidden');
    expect((await list(carol)).find((event) => 'content' in event)).toMatchObject({
      content: CANARY,
    });
  });

  it('is refused to an author who has left by the time that it takes its number', async () => {
    const { bob, hook, change, codeOf, say, typesOfLog } = await groupOfThree();
    const { serverId } = await say(bob, 'one');
    hook.before = async ({ method }) => {
      if (method !== 'takeNumber') return;
      delete hook.before;
      await change(bob, { type: 'leave' });
    };
    expect(await codeOf(bob, remove(serverId))).toBe('not_found');
    expect(typesOfLog()).toEqual(['conversation_created', 'message', 'member_removed']);
  });

  it('counts no deleted message as unread', async () => {
    const { chat, alice, bob, change, say } = await groupOfThree();
    const acks = [await say(alice, 'one'), await say(alice, 'two'), await say(alice, 'three')];
    const unread = async () => {
      const page = await chat.expect(bob, 'conversations', { type: 'list_conversations' });
      return page.conversations[0]?.unread;
    };
    expect(await unread()).toBe(3);
    await change(alice, remove(acks[1]?.serverId ?? ''));
    expect(await unread()).toBe(2);
  });

  it('is of a message that the asker may see', async () => {
    const { alice, carol, change, codeOf, say } = await groupOfThree();
    await change(carol, { type: 'leave' });
    const { serverId } = await say(alice, 'behind-her-back');
    await change(alice, { type: 'add_members', members: ['carol'] });
    await change(alice, { type: 'set_role', userId: 'carol', role: 'admin' });
    expect(await codeOf(carol, remove(serverId))).toBe('message_not_found');
  });
});

describe('a message that was changed by what its reader may not see', () => {
  it('is withheld from a former member, whose stay ended before it was deleted', async () => {
    const { chat, alice, carol, change, sync, say } = await groupOfThree();
    const { serverId } = await say(alice, 'one');
    const { serverId: other } = await say(alice, 'two', 'still there');
    const { serverId: early } = await say(alice, 'three');
    await change(alice, remove(early));
    await change(carol, { type: 'leave' });
    await change(alice, remove(serverId));
    await chat.deliver();
    const events = await sync(carol);
    expect(events[1]).toMatchObject({ serverId, content: '', withheld: true });
    expect(events[1]).not.toHaveProperty('deleted');
    expect(events[2]).toMatchObject({ serverId: other, content: 'still there' });
    expect(events[3]).toMatchObject({ serverId: early, content: '', deleted: true });
    expect(events).toHaveLength(6);
  });

  it('is withheld from her on her open connection, too, where it is delivered late', async () => {
    const { chat, alice, bob, carol, change, say } = await groupOfThree();
    await chat.deliver();
    const { serverId } = await say(alice, 'one');
    await change(carol, { type: 'leave' });
    await change(alice, remove(serverId));
    await chat.deliver();
    expect(chat.eventsOf(carol).slice(1)).toMatchObject([
      { type: 'message', content: '', withheld: true },
      { type: 'member_removed' },
    ]);
    expect(chat.eventsOf(bob).slice(1)).toMatchObject([
      { type: 'message', content: '', deleted: true },
      { type: 'member_removed' },
      { type: 'message_deleted' },
    ]);
  });

  it('is withheld from everybody while a hole before the change is not settled: somebody may leave in it', async () => {
    const { chat, alice, bob, conversationId, change, say, list } = await groupOfThree();
    const { clock, conversations } = chat.ports;
    const { serverId } = await say(alice, 'one');
    await conversations.takeNumber(conversationId, 'bob', clock.now());
    await change(alice, remove(serverId));
    await chat.deliverOnce();
    expect(chat.eventsOf(bob).at(-1)).toMatchObject({ content: '', withheld: true });
    // By the head, which is read before the member row, nobody is leaving.
    expect((await list(bob))[0]).toMatchObject({ content: '', deleted: true });
    await chat.deliver();
    expect(chat.eventsOf(bob).at(-1)).toMatchObject({ type: 'message_deleted', serverId });
  });
});
