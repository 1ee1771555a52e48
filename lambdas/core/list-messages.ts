import type { z } from 'zod';
import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import type { ListMessages, messages as messagesSchema } from '../../protocol/list-messages.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import { readBackward, readForward } from './conversation-log/read.ts';
import { epochOnWire } from './epoch.ts';
import { countFitting } from './frames.ts';
import { visibleRanges } from './membership.ts';
import type { Ports } from './ports.ts';
import { readPlace, type MemberPlace } from './read-place.ts';
import { renderForReader } from './render-for-reader.ts';

/** What is left of a frame beside the events. */
const ENVELOPE_BYTES = 512;

/** PROTOCOL §list_messages: a contiguous page of what the caller may see of the log, newest first. */
export async function listMessages(
  ports: Ports,
  caller: Caller,
  request: ListMessages,
): Promise<z.infer<typeof messagesSchema>> {
  const { conversationId } = request;
  const place = await readPlace(ports, conversationId, caller.userId);
  const page = await readPage(ports, place, request);
  return {
    type: 'messages',
    conversationId,
    epoch: epochOnWire(place.head.epoch, ports.settings),
    ...page,
  };
}

interface Page {
  readonly events: ConversationEvent[];
  readonly complete: boolean;
}

async function readPage(ports: Ports, place: MemberPlace, request: ListMessages): Promise<Page> {
  const { head } = place;
  const ranges = visibleRanges(place.member, head);
  const limit = Math.min(
    request.limit ?? LIMITS.defaultPageEvents,
    ports.settings.limits.pageEvents,
  );
  if (request.after !== undefined) {
    const from = request.after + 1;
    const range = ranges.find(({ to }) => to >= from);
    if (range === undefined) return { events: [], complete: true };
    const rows = await readForward(
      ports,
      head,
      { from: Math.max(from, range.from), to: range.to },
      limit,
    );
    const events = fitting(await renderForReader(ports, place, rows));
    const reached = events.at(-1)?.seq ?? request.after;
    return { events: events.toReversed(), complete: reached >= head.seq };
  }
  const to = request.before === undefined ? head.seq : request.before - 1;
  const range = ranges.findLast(({ from }) => from <= to);
  if (range === undefined) return { events: [], complete: true };
  const end = Math.min(to, range.to, head.seq);
  const rows = await readBackward(ports, head, { from: range.from, to: end }, limit);
  // A page before a place joins it, or waits until what stands there is settled.
  if (request.before !== undefined && rows[0]?.seq !== end) return { events: [], complete: false };
  const events = fitting(await renderForReader(ports, place, rows));
  const reached = events.at(-1)?.seq ?? to + 1;
  return { events, complete: reached <= (ranges[0]?.from ?? 1) };
}

function fitting(events: ConversationEvent[]): ConversationEvent[] {
  return events.slice(0, Math.max(1, countFitting(events, LIMITS.frameBytes - ENVELOPE_BYTES)));
}
