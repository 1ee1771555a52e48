import { LIMITS } from '../../protocol/limits.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import { CANARY, edit, groupOfThree, remove } from './group-of-three.ts';

describe('PROTOCOL §edit_message', () => {
  it('says something else in the same place, and says when, to everybody who reads it', async () => {
    const { chat, alice, bob, change, sync, list, say } = await groupOfThree();
    const { serverId } = await say(alice, 'one');
    await chat.deliver();
    chat.ports.clock.advance(1_000);
    const editedAt = chat.ports.clock.now();
    const markdown = { contentType: 'text/markdown' };
    expect(await change(alice, edit(serverId, '*else*', markdown))).toMatchObject({ seq: 3 });
    await chat.deliver();
    const says = { serverId, senderId: 'alice', content: '*else*', ...markdown };
    const event = { type: 'message_edited', seq: 3, ...says, timestamp: editedAt };
    expect(chat.eventsOf(bob).at(-1)).toMatchObject(event);
    const now = { type: 'message', seq: 2, ...says, localId: 'one', editedAt };
    expect((await sync(bob)).slice(1)).toMatchObject([now, event]);
    expect((await list(bob)).slice(0, 2)).toMatchObject([event, now]);
  });

  it('keeps what it said before nowhere', async () => {
    const { chat, alice, conversationId, change, say } = await groupOfThree();
    const { serverId } = await say(alice, 'one');
    await change(alice, edit(serverId, 'else'));
    const rows = chat.ports.conversations.eventsOf(conversationId);
    expect(JSON.stringify(rows)).not.toContain(CANARY);
    expect(JSON.stringify(rows).match(/else/g)).toHaveLength(1);
  });

  it('keeps the media type unless another is given', async () => {
    const { alice, bob, change, list, say } = await groupOfThree();
    const { serverId } = await say(alice, 'one');
    await change(alice, edit(serverId, 'a', { contentType: 'text/markdown' }));
    await change(alice, edit(serverId, 'b'));
    expect((await list(bob))[2]).toMatchObject({ content: 'b', contentType: 'text/markdown' });
  });

  it('lets the last of several say it, and the ones before it nothing', async () => {
    const { alice, bob, change, sync, say } = await groupOfThree();
    const { serverId } = await say(alice, 'one');
    for (const content of ['a', 'b', 'c']) await change(alice, edit(serverId, content));
    const [, message, ...edits] = await sync(bob);
    expect(message).toMatchObject({ content: 'c' });
    expect(edits.map((event) => 'content' in event && event.content)).toEqual([false, false, 'c']);
  });

  it('is answered with the same number when it is asked for again, and is one event', async () => {
    const { alice, change, say, typesOfLog } = await groupOfThree();
    const { serverId } = await say(alice, 'one');
    const first = await change(alice, edit(serverId, 'else'));
    await say(alice, 'two');
    expect(await change(alice, edit(serverId, 'else'))).toEqual(first);
    expect(typesOfLog()).toEqual(['conversation_created', 'message', 'message_edited', 'message']);
  });

  it('is nothing to do where the message says so from the beginning', async () => {
    const { alice, change, say, typesOfLog } = await groupOfThree();
    const { serverId } = await say(alice, 'one', 'the same');
    expect(await change(alice, edit(serverId, 'the same'))).toMatchObject({ seq: 2 });
    expect(typesOfLog()).toEqual(['conversation_created', 'message']);
  });

  it('delivers its event where asking again was all that could be done about it', async () => {
    const { chat, hook, alice, bob, change, codeOf, say } = await groupOfThree();
    const { serverId } = await say(alice, 'one');
    hook.before = async ({ port }) => {
      if (port === 'queue') throw new Unavailable('the queue is down');
    };
    expect(await codeOf(alice, edit(serverId, 'else'))).toBe('busy');
    delete hook.before;
    await change(alice, edit(serverId, 'else'));
    await chat.deliver();
    expect(chat.eventsOf(bob).at(-1)).toMatchObject({ type: 'message_edited', content: 'else' });
  });

  it('is too late after its window, but for one that was made within it', async () => {
    const { chat, alice, change, codeOf, say } = await groupOfThree();
    const { serverId } = await say(alice, 'one');
    const later = { ...alice, tokenEnd: Infinity };
    chat.ports.clock.advance(LIMITS.editWindowMs);
    await change(later, edit(serverId, 'just in time'));
    chat.ports.clock.advance(1);
    expect(await codeOf(later, edit(serverId, 'too late'))).toBe('forbidden');
    await change(later, edit(serverId, 'just in time'));
  });

  it('is another try where a later one came first: its number is a void', async () => {
    const { alice, bob, hook, change, sync, say, typesOfLog } = await groupOfThree();
    const { serverId } = await say(alice, 'one');
    hook.before = async ({ method }) => {
      if (method !== 'commit') return;
      delete hook.before;
      await change(alice, edit(serverId, 'from another device'));
    };
    expect(await change(alice, edit(serverId, 'else'))).toMatchObject({ seq: 5 });
    expect(typesOfLog().slice(2)).toEqual(['void', 'message_edited', 'message_edited']);
    expect((await sync(bob))[1]).toMatchObject({ content: 'else' });
  });

  it('does not bring back what was deleted meanwhile', async () => {
    const { alice, bob, hook, change, codeOf, sync, say, typesOfLog } = await groupOfThree();
    const { serverId } = await say(alice, 'one', 'as it was');
    hook.before = async ({ method }) => {
      if (method !== 'commit') return;
      delete hook.before;
      await change(alice, remove(serverId));
    };
    expect(await codeOf(alice, edit(serverId, CANARY))).toBe('message_not_found');
    expect(typesOfLog().slice(2)).toEqual(['void', 'message_deleted']);
    expect(JSON.stringify(await sync(bob))).not.toContain(CANARY);
  });

  it('says nothing any more once the message is deleted', async () => {
    const { chat, alice, bob, conversationId, change, sync, say } = await groupOfThree();
    const { serverId } = await say(alice, 'one', 'as it was');
    await change(alice, edit(serverId, CANARY));
    await change(alice, remove(serverId));
    expect((await sync(bob)).slice(1)).toMatchObject([
      { type: 'message', content: '', deleted: true },
      { type: 'message_edited' },
      { type: 'message_deleted' },
    ]);
    expect(JSON.stringify(await sync(bob))).not.toContain('editedAt');
    const rows = chat.ports.conversations.eventsOf(conversationId);
    expect(JSON.stringify(rows)).not.toContain(CANARY);
  });

  it('reaches nobody who may not see the message', async () => {
    const { chat, alice, bob, carol, change, sync, say } = await groupOfThree();
    await change(carol, { type: 'leave' });
    const { serverId } = await say(alice, 'one', 'as it was');
    await change(alice, { type: 'add_members', members: ['carol'] });
    await change(alice, edit(serverId, CANARY));
    await chat.deliver();
    expect(chat.eventsOf(bob).at(-1)).toMatchObject({ content: CANARY });
    expect(chat.eventsOf(carol).at(-1)).toMatchObject({ type: 'message_edited', seq: 5, serverId });
    expect(JSON.stringify([chat.framesOf(carol), await sync(carol)])).not.toContain(CANARY);
  });

  it('is withheld from who left before it, and was there when the message came', async () => {
    const { chat, alice, carol, change, sync, say } = await groupOfThree();
    const { serverId } = await say(alice, 'one', 'what she knows');
    await change(carol, { type: 'leave' });
    await change(alice, edit(serverId, CANARY));
    await chat.deliver();
    expect((await sync(carol))[1]).toMatchObject({ content: '', withheld: true });
    expect(JSON.stringify([chat.framesOf(carol), await sync(carol)])).not.toContain(CANARY);
  });

  it('is found in the list of conversations, with what it says', async () => {
    const { chat, alice, bob, change, say } = await groupOfThree();
    const { serverId } = await say(alice, 'one');
    await change(alice, edit(serverId, 'else'));
    const page = await chat.expect(bob, 'conversations', { type: 'list_conversations' });
    expect(page.conversations[0]).toMatchObject({
      unread: 1,
      lastEvent: { type: 'message_edited', content: 'else' },
    });
  });
});

/** Once bob reads it, the page holds what stood there before the edit that it shows. */
async function behind(looks: number) {
  const world = await groupOfThree();
  const { chat, alice, conversationId, change, say } = world;
  const { serverId } = await say(alice, 'one');
  const old = await chat.ports.conversations.getEvent(conversationId, 2);
  await change(alice, edit(serverId, 'else'));
  const { conversations } = chat.ports;
  const listEvents = conversations.listEvents.bind(conversations);
  const getEvents = conversations.getEvents.bind(conversations);
  conversations.listEvents = async (range) => {
    const page = await listEvents(range);
    return { ...page, events: page.events.map((row) => (row.seq === 2 && old ? old : row)) };
  };
  let left = looks;
  conversations.getEvents = async (...args) => {
    const batch = await getEvents(...args);
    left -= 1;
    return left < 0 || !old ? batch : { ...batch, found: new Map([[2, old]]) };
  };
  return world;
}

describe('F-51: a query that shows an edit, and the message as it was before', () => {
  it('is read again, message by message, until it shows the edit', async () => {
    const { chat, bob, sync } = await behind(2);
    const events = [{ type: 'message', content: 'else' }, { content: 'else' }];
    expect((await sync(bob)).slice(1)).toMatchObject(events);
    await chat.deliver();
    expect(chat.eventsOf(bob).slice(1)).toMatchObject(events);
  });

  it('is busy where it stays so, and delivers nothing', async () => {
    const { chat, bob, conversationId } = await behind(1_000);
    const listing = { type: 'list_messages', conversationId };
    expect(await chat.ask(bob, listing)).toMatchObject({ type: 'error', code: 'busy' });
    await chat.deliverOnce();
    expect(chat.eventsOf(bob)).toEqual([]);
  });
});
