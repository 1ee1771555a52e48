import type { EventRow, Head, Ports } from './ports.ts';

/**
 * Closes a conversation whose deletion is among these events: whoever deleted it may have died before that, and when
 * the first one is told of it nobody is to find anything there any more.
 */
export async function closeDeleted(
  { conversations }: Pick<Ports, 'conversations'>,
  { conversationId, closed }: Head,
  events: readonly EventRow[],
): Promise<void> {
  const deletion = events.find(({ type }) => type === 'conversation_deleted');
  if (deletion !== undefined && !closed) await conversations.close(conversationId, deletion.seq);
}
