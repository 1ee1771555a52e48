import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import { isWithin, type Range } from './membership.ts';
import type { EventRow, FanOutPorts, Head } from './ports.ts';
import { renderEvent } from './render-event.ts';
import type { Related } from './read-related.ts';
import { viewOf, type View } from './view.ts';

/** An event as nearly everybody gets it. */
export interface Rendered {
  readonly row: EventRow;
  /** Absent where the row cannot be rendered. */
  readonly event?: ConversationEvent;
  /** As whoever sees all that was delivered so far has it. */
  readonly view: View;
  /** The other numbers that it makes a difference to see. */
  readonly shown: readonly number[];
}

/** Everything, for who sees all of it. */
const ALL: readonly Range[] = [{ from: 1, to: Infinity }];

/**
 * Renders the events of one delivery. One that cannot be rendered is skipped and counted, never a poison that
 * stops the conversation.
 *
 * @param events contiguous; the members are read after them, so up to the last one it is known who may see what
 * @param related to them, themselves as they are now among it
 */
export function renderForAll(
  { settings, log }: Pick<FanOutPorts, 'settings' | 'log'>,
  head: Head,
  events: readonly EventRow[],
  related: Related,
): Rendered[] {
  const provenTo = events.at(-1)?.seq ?? 0;
  const view = viewOf({ head, settings, related, provenTo }, ALL);
  return events.map((event) => {
    const row = related.get(event.seq) ?? event;
    const shown: number[] = [];
    const sees = (seq: number): boolean => {
      const seen = view.sees(seq);
      if (seen) shown.push(seq);
      return seen;
    };
    try {
      return { row, event: renderEvent(row, { ...view, sees }), view, shown };
    } catch {
      const { conversationId, seq } = row;
      log.write('error', 'event_not_rendered', { conversationId, seq });
      return { row, view, shown };
    }
  });
}

/** The same for somebody who may not see all of the log: rendered anew only where that makes a difference. */
export function renderFor(
  ranges: readonly Range[],
  { row, event, view, shown }: Rendered,
): ConversationEvent | undefined {
  if (event === undefined || shown.every((seq) => isWithin(ranges, seq))) return event;
  return renderEvent(row, { ...view, sees: (seq) => view.sees(seq) && isWithin(ranges, seq) });
}
