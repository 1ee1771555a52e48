import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import type { Range } from './membership.ts';
import type { EventRow, Head, Ports } from './ports.ts';
import { readRelated } from './read-related.ts';
import { renderEvent } from './render-event.ts';
import { viewOf, type View } from './view.ts';

/**
 * Events as whoever reads the log gets them. A page must be contiguous, so one that cannot be rendered has a void
 * in its place, and is told of: one row is no poison to a page, nor to a list of fifty conversations.
 *
 * @param head read before them, and before the member row that the ranges are made of
 * @param ranges what the reader may see
 */
export async function renderForReader(
  ports: Ports,
  head: Head,
  ranges: readonly Range[],
  events: readonly EventRow[],
): Promise<ConversationEvent[]> {
  const related = await readRelated(ports, head.conversationId, events);
  const view = viewOf({ head, settings: ports.settings, related }, ranges);
  return events.map((event) => renderOrVoid(ports, related.get(event.seq) ?? event, view));
}

function renderOrVoid({ log }: Pick<Ports, 'log'>, event: EventRow, view: View): ConversationEvent {
  try {
    return renderEvent(event, view);
  } catch {
    const { conversationId, seq, timestamp } = event;
    log.write('error', 'event_not_rendered', { conversationId, seq });
    return renderEvent({ type: 'void', conversationId, seq, timestamp }, view);
  }
}
