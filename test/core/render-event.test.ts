import { renderEvent } from '../../lambdas/core/render-event.ts';
import { viewOf, type View } from '../../lambdas/core/view.ts';
import type { EventRow } from '../../lambdas/core/ports.ts';
import { conversationEvent } from '../../protocol/conversation-event.ts';
import { headOf } from '../contract/rows.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const PLACE = { conversationId: 'g_1', seq: 2, timestamp: 3 };
const AUTHORED = { ...PLACE, senderId: 'alice', epoch: 'epoch', generation: 1 };

/** What a later version has written, before this one was rolled back to. */
const UNKNOWN = { ...AUTHORED, type: 'confetti' } as unknown as EventRow;

/** Everything that was ever written, as somebody sees it who sees all of it. */
function viewIn(generation: number): View {
  const shown = { head: headOf('g_1', { seq: 9 }), settings: { generation }, related: new Map() };
  return viewOf(shown, [{ from: 1, to: Infinity }]);
}

const ROWS: readonly EventRow[] = [
  {
    ...AUTHORED,
    type: 'message',
    localId: 'one',
    content: 'hello',
    contentType: 'text/plain',
    replyTo: 'epoch.1.1',
    connectionId: 'secret',
  },
  { ...AUTHORED, type: 'conversation_created', kind: 'group', name: 'Lunch', members: ['alice'] },
  { ...AUTHORED, type: 'members_added', members: ['bob'] },
  { ...AUTHORED, type: 'message_edited', serverId: 'epoch.1.1' },
  { ...AUTHORED, type: 'reaction', serverId: 'epoch.1.1', emoji: '👍', on: true },
  { ...AUTHORED, type: 'message_deleted', serverId: 'epoch.1.1' },
  {
    ...AUTHORED,
    type: 'conversation_updated',
    name: 'Dinner',
    picture: null,
    description: 'Every day',
    history: 'all',
  },
  { ...AUTHORED, type: 'conversation_deleted' },
  { ...PLACE, type: 'void' },
];

describe('renderEvent', () => {
  it.each(ROWS)('gives a $type its documented shape, and nothing that is ours alone', (row) => {
    const rendered = renderEvent(row, viewIn(7));
    expect(conversationEvent.parse(rendered)).toEqual(rendered);
    expect(rendered).toMatchObject({ type: row.type, conversationId: 'g_1', seq: 2 });
    expect(rendered.epoch).toMatch(/\.7$/);
    expect(JSON.stringify(rendered)).not.toContain('secret');
  });

  it('throws for an event that it does not know, rather than making nothing of it', () => {
    expect(() => renderEvent(UNKNOWN, viewIn(1))).toThrow('unable to render');
  });
});

describe('an event that cannot be rendered', () => {
  it.each([false, true])(
    'is skipped and told of, and the next ones get through (batch: %s)',
    async (batch) => {
      const chat = new MemoryChat();
      const alice = await chat.connect('alice');
      const bob = await chat.connect('bob', { batch });
      const conversationId = await chat.direct(alice, 'bob');
      const { conversations, clock, log, queue } = chat.ports;
      await conversations.takeNumber(conversationId, 'alice', clock.now());
      await conversations.putEvent({ ...UNKNOWN, conversationId });
      await chat.send(alice, conversationId, 'next');
      await chat.deliver();
      expect(chat.eventsOf(bob).map(({ seq }) => seq)).toEqual([1, 3]);
      expect(log.lines).toEqual([
        { level: 'error', event: 'event_not_rendered', fields: { conversationId, seq: 2 } },
      ]);
      expect(queue.deadLetters).toEqual([]);
    },
  );
});

describe('a page with an event that cannot be rendered', () => {
  it('has a void in its place, so that one row is no poison to whoever reads', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const conversationId = await chat.direct(alice, 'bob');
    const { conversations, clock, log } = chat.ports;
    await chat.send(alice, conversationId, 'one');
    await conversations.takeNumber(conversationId, 'alice', clock.now());
    await conversations.putEvent({ ...UNKNOWN, conversationId, seq: 3 });
    const shapes = [
      { type: 'void', seq: 3 },
      { type: 'message' },
      { type: 'conversation_created' },
    ];
    expect(await chat.ask(alice, { type: 'list_messages', conversationId })).toMatchObject({
      events: shapes,
    });
    expect(
      await chat.ask(alice, { type: 'sync', conversations: { [conversationId]: { seq: 0 } } }),
    ).toMatchObject({ conversations: [{ events: shapes.toReversed(), complete: true }] });
    const { conversations: listed } = await chat.expect(alice, 'conversations', {
      type: 'list_conversations',
    });
    expect(listed).toMatchObject([{ conversationId, seq: 3, unread: 0 }]);
    expect(listed[0]).not.toHaveProperty('lastEvent');
    const told = {
      level: 'error',
      event: 'event_not_rendered',
      fields: { conversationId, seq: 3 },
    };
    expect(log.lines).toEqual([told, told, told]);
  });
});
