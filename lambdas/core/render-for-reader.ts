import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import { visibleRanges } from './membership.ts';
import type { EventRow, Ports } from './ports.ts';
import { withReactions } from './reactions.ts';
import type { MemberPlace } from './read-place.ts';
import { readRelated } from './read-related.ts';
import { renderEvent } from './render-event.ts';
import { viewOf, type View } from './view.ts';

/**
 * Events as whoever reads the log gets them. A page must be contiguous, so one that cannot be rendered has a void
 * in its place, and is told of: one row is no poison to a page, nor to a list of fifty conversations.
 *
 * @param place the head, read before the events, and the reader's row, read after the head
 */
export async function renderForReader(
  ports: Ports,
  { head, member }: MemberPlace,
  events: readonly EventRow[],
): Promise<ConversationEvent[]> {
  const rows = await readRelated(ports, head.conversationId, events);
  const related = withReactions(rows, events);
  const shown = { head, settings: ports.settings, related, readerId: member.userId };
  const view = viewOf(shown, visibleRanges(member, head));
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
