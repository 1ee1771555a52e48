import { Unavailable } from '../../lambdas/core/ports.ts';
import type { PortCall } from '../memory/gates.ts';
import { groupOf } from '../support/group-of.ts';

const END = { type: 'delete_conversation' };

/** A group of which bob is another owner, and carol a plain member; a call of that method fails once. */
async function groupThatFails() {
  const failing: { method?: string; when?: 'before' | 'after' } = {};
  const gate = (when: 'before' | 'after') => async (call: PortCall) => {
    if (failing.method !== call.method || failing.when !== when) return;
    delete failing.method;
    throw new Unavailable('nobody knows');
  };
  const group = await groupOf(['bob', 'carol'], { before: gate('before'), after: gate('after') });
  await group.change(group.alice, { type: 'set_role', userId: 'bob', role: 'owner' });
  return { failing, ...group };
}

describe('delete_conversation', () => {
  it('is told to everybody as the last event, and ends everything', async () => {
    const { chat, alice, of, change, codeOf, sync, conversationId } = await groupOf(['bob']);
    const { serverId } = await chat.send(alice, conversationId, 'one');
    expect(await change(alice, END)).toMatchObject({ seq: 3 });
    await chat.deliver();
    expect(chat.eventsOf(of('bob')).at(-1)).toMatchObject({
      type: 'conversation_deleted',
      seq: 3,
      senderId: 'alice',
    });
    for (const caller of [alice, of('bob')]) {
      for (const frame of [
        { type: 'send_message', localId: 'two', content: 'hello' },
        { type: 'list_messages' },
        { type: 'list_members' },
        { type: 'get_conversation' },
        { type: 'get_receipts' },
        { type: 'mark_read', upToSeq: 1 },
        { type: 'mark_delivered', upToSeq: 1 },
        { type: 'mark_unread' },
        { type: 'typing_start' },
        { type: 'typing_stop' },
        { type: 'add_members', members: ['dave'] },
        { type: 'remove_member', userId: 'bob' },
        { type: 'set_role', userId: 'bob', role: 'admin' },
        { type: 'update_conversation', name: 'Dinner' },
        { type: 'edit_message', serverId, content: 'else' },
        { type: 'delete_message', serverId },
        { type: 'leave' },
      ])
        expect([frame, await codeOf(caller, frame)]).toEqual([frame, 'not_found']);
      expect(await sync(caller, { seq: 0 })).toEqual({ conversationId, error: 'not_found' });
      expect(await chat.ask(caller, { type: 'list_conversations' })).toMatchObject({
        conversations: [],
      });
      const cursors = { [conversationId]: { seq: 0 } };
      expect(await chat.ask(caller, { type: 'ping', cursors })).toMatchObject({ heads: {} });
      expect(chat.ports.users.conversationsOf(caller.userId)).toEqual([]);
    }
  });

  it('tells those who left before nothing, and does not let them know', async () => {
    const { chat, alice, of, change, codeOf, sync, conversationId } = await groupOf(['bob']);
    await change(of('bob'), { type: 'leave' });
    await change(alice, END);
    await chat.deliver();
    expect(chat.eventsOf(of('bob')).at(-1)).toMatchObject({ type: 'member_removed' });
    expect(await codeOf(of('bob'), { type: 'leave' })).toBe('not_found');
    expect(await sync(of('bob'), { seq: 1 })).toEqual({ conversationId, error: 'not_found' });
  });

  it('is answered to an owner who asks again as it was, and to nobody else', async () => {
    const { alice, of, change, codeOf } = await groupThatFails();
    await change(of('bob'), END);
    expect(await change(of('bob'), END)).toMatchObject({ seq: 3 });
    expect(await change(alice, END)).toMatchObject({ seq: 3 });
    expect(await codeOf(of('carol'), END)).toBe('not_found');
  });

  it('does not bring the group back when it is created again', async () => {
    const { chat, alice, change } = await groupOf(['bob']);
    await change(alice, END);
    const again = { type: 'create_conversation', kind: 'group', localId: 'A'.repeat(22) };
    expect(await chat.ask(alice, { ...again, name: 'Lunch', members: ['bob'] })).toMatchObject({
      type: 'error',
      code: 'not_found',
    });
  });

  it('happens once when two owners ask at once', async () => {
    const { chat, alice, of, change, conversationId } = await groupThatFails();
    const asked = [alice, of('bob'), alice].map((caller) =>
      chat.ask(caller, { ...END, conversationId }),
    );
    for (const answer of await Promise.all(asked))
      expect(['changed', 'error']).toContain(answer.type);
    expect(await change(alice, END)).toMatchObject({ seq: 3 });
    const { deletions } = deletionsOf(chat, conversationId);
    expect(deletions).toBe(1);
  });

  const METHODS = ['takeLastNumber', 'commit', 'getEvent', 'close', 'nudge'];
  const FAILURES = METHODS.flatMap((method) =>
    (['before', 'after'] as const).map((when) => [when, method] as const),
  );

  it.each(FAILURES)('is done by asking again when it failed %s %s', async (when, method) => {
    const { failing, chat, alice, of, change, conversationId } = await groupThatFails();
    await chat.deliver();
    Object.assign(failing, { method, when });
    await chat.ask(alice, { ...END, conversationId });
    // A number that nobody used is known to be for nothing once it is old.
    chat.ports.clock.advance(2_001);
    await change(alice, END);
    await chat.deliver();
    expect(chat.eventsOf(of('carol')).at(-1)).toMatchObject({ type: 'conversation_deleted' });
    expect(deletionsOf(chat, conversationId)).toEqual({ deletions: 1, closed: true });
  });

  it.each(FAILURES)(
    'is undone, or done, for whoever writes when its owner died %s %s',
    async (when, method) => {
      const { failing, chat, alice, of, conversationId } = await groupThatFails();
      Object.assign(failing, { method, when });
      await chat.ask(alice, { ...END, conversationId });
      chat.ports.clock.advance(2_001);
      const frame = { type: 'send_message', conversationId, localId: 'x', content: 'hello' };
      const first = await chat.ask(of('carol'), frame);
      const answer =
        first.type === 'error' && first.retryable ? await chat.ask(of('carol'), frame) : first;
      const { deletions, closed } = deletionsOf(chat, conversationId);
      expect(closed).toBe(deletions === 1);
      expect(answer).toMatchObject(closed ? { code: 'not_found' } : { type: 'ack' });
    },
  );

  it('is closed before the first one is told, though its owner died before that', async () => {
    const { failing, chat, alice, of, conversationId } = await groupThatFails();
    await chat.deliver();
    Object.assign(failing, { method: 'close', when: 'before' });
    await chat.ask(alice, { ...END, conversationId });
    await chat.ports.queue.nudge(conversationId, 3);
    await chat.deliver();
    expect(chat.eventsOf(of('carol')).at(-1)).toMatchObject({ type: 'conversation_deleted' });
    expect(deletionsOf(chat, conversationId)).toEqual({ deletions: 1, closed: true });
  });

  it('is told by whoever looks when its nudge was lost', async () => {
    const { failing, chat, alice, of, conversationId, sync } = await groupThatFails();
    await chat.deliver();
    Object.assign(failing, { method: 'nudge', when: 'before' });
    await chat.ask(alice, { ...END, conversationId });
    chat.ports.clock.advance(2_001);
    await sync(of('carol'), { seq: 0 });
    await chat.deliver();
    expect(chat.eventsOf(of('carol')).at(-1)).toMatchObject({ type: 'conversation_deleted' });
  });
});

function deletionsOf(
  { ports }: Awaited<ReturnType<typeof groupOf>>['chat'],
  conversationId: string,
) {
  const events = ports.conversations.eventsOf(conversationId);
  const head = ports.conversations.headOf(conversationId);
  return {
    deletions: events.filter((event) => event.type === 'conversation_deleted').length,
    closed: head?.closed ?? false,
  };
}
