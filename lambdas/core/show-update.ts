import type { EventRow, Head, Ports } from './ports.ts';

/**
 * Has the head show what updates among these events have written. The head is part of no transaction (it would
 * fail for whoever takes a number meanwhile), so that whoever made one may have died before this; it is done at
 * the latest when the event is delivered.
 */
export async function showUpdate(
  { conversations }: Pick<Ports, 'conversations'>,
  head: Head,
  events: readonly EventRow[],
): Promise<void> {
  const update = events.findLast(({ type }) => type === 'conversation_updated');
  if (update === undefined || update.seq <= (head.infoSeq ?? 0)) return;
  const info = await conversations.getInfo(head.conversationId);
  if (info !== undefined) await conversations.showInfo(info);
}
