import type { z } from 'zod';
import type { Cursor } from '../../protocol/fields.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Sync, synced as syncedSchema, SyncedConversation } from '../../protocol/sync.ts';
import type { Caller } from './caller.ts';
import { readForward } from './conversation-log/read.ts';
import { epochOnWire } from './epoch.ts';
import { countFitting, jsonBytes } from './frames.ts';
import { visibleRanges, type Range } from './membership.ts';
import { nudgeForgotten } from './nudge-forgotten.ts';
import { Unavailable, type Head, type Ports } from './ports.ts';
import { readMarks } from './read-marks.ts';
import { readPlaces, type Place } from './read-places.ts';
import { renderForReader } from './render-for-reader.ts';

/** What is left of a frame beside the conversations, and beside the events of one. */
const ENVELOPE_BYTES = 512;

/** What a sync says of one conversation, and whether the frame ends with it. */
interface Continued {
  readonly conversation: SyncedConversation;
  readonly isFull: boolean;
}

/**
 * PROTOCOL §sync: what came after the cursors held, as much as fits a frame. A conversation whose cursor
 * does not join what the caller may see is reset rather than shown with a hole. One that cannot be read now
 * (F-49) is left out, and asked for again; only if that is all of them, the sync as a whole is busy.
 */
export async function sync(
  ports: Ports,
  caller: Caller,
  request: Sync,
): Promise<z.infer<typeof syncedSchema>> {
  const held = Object.entries(request.conversations);
  const places = await readPlaces(
    ports,
    caller.userId,
    held.map(([id]) => id),
  );
  await nudgeForgotten(ports, [...places.values()].flatMap(headOfMember));
  const continued = await continueAll(ports, held, places);
  const room = LIMITS.frameBytes - ENVELOPE_BYTES - jsonBytes(continued.conversations);
  const marks = await readMarks(ports, [...places.values()], room);
  return { type: 'synced', ...continued, marks };
}

/** One conversation after the other, until the frame is full. */
async function continueAll(
  ports: Ports,
  held: readonly (readonly [conversationId: string, cursor: Cursor])[],
  places: ReadonlyMap<string, Place>,
): Promise<{ readonly conversations: SyncedConversation[]; readonly complete: boolean }> {
  const conversations: SyncedConversation[] = [];
  let complete = true;
  let unread = 0;
  let room = LIMITS.frameBytes - ENVELOPE_BYTES;
  for (const [conversationId, cursor] of held) {
    if (room < ENVELOPE_BYTES) return { conversations, complete: false };
    const place = places.get(conversationId);
    const bytes = room - ENVELOPE_BYTES;
    const found = await continueUnlessHot(ports, conversationId, place, cursor, bytes);
    if (found === 'unread') unread += 1;
    if (found === 'unread' || found === 'unsettled') complete = false;
    if (typeof found === 'string') continue;
    const { conversation, isFull } = found;
    // The frame ends here: to read another conversation's large events for the room left would be for nothing.
    const isEmpty = isFull && 'events' in conversation && conversation.events.length === 0;
    if (!isEmpty) conversations.push(conversation);
    if (isFull) return { conversations, complete: false };
    complete &&= !('complete' in conversation) || conversation.complete;
    room -= jsonBytes(conversation) + 1;
  }
  if (unread > 0 && unread === held.length) throw new Unavailable('unable to read a conversation');
  return { conversations, complete };
}

/** Of who was or is a member, of what is deleted too, and not just leaving: nobody else has the fan-out nudged. */
function headOfMember(place: Place): readonly Head[] {
  const isSettled = place.proof !== 'unsettled' && place.proof !== 'unread';
  return isSettled && place.member !== undefined ? [place.head] : [];
}

async function continueUnlessHot(
  ...asked: Parameters<typeof continueFrom>
): Promise<Continued | 'unmoved' | 'unsettled' | 'unread'> {
  try {
    return await continueFrom(...asked);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return 'unread';
  }
}

async function continueFrom(
  ports: Ports,
  conversationId: string,
  place: Place | undefined,
  cursor: Cursor,
  bytes: number,
): Promise<Continued | 'unmoved' | 'unsettled' | 'unread'> {
  if (place?.proof === 'unread') return 'unread';
  if (place === undefined || place.proof === 'deleted' || place.member === undefined)
    return whole({ conversationId, error: 'not_found' });
  if (place.proof === 'unsettled') return 'unsettled';
  const { head, member } = place;
  const ranges = visibleRanges(member, head);
  // A former member is answered up to where its last stay ended, and learns nothing of what came after.
  const end = Math.min(head.seq, ranges.at(-1)?.to ?? 0);
  const epoch = epochOnWire(head.epoch, ports.settings);
  if (cursor.seq === end && (cursor.epoch === epoch || end === 0)) return 'unmoved';
  const range = rangeAfter(ranges, cursor);
  // Nobody holds what was never given out: a cursor beyond the end is of another history, too.
  const sameHistory = cursor.seq === 0 || (cursor.epoch === epoch && cursor.seq <= end);
  if (!sameHistory || range === undefined)
    return whole({ conversationId, reset: true, epoch, seq: end });
  const rows = await readForward(ports, head, range, LIMITS.pageEvents);
  const found = await renderForReader(ports, { head, member }, rows);
  const events = found.slice(0, countFitting(found, bytes));
  const reached = events.at(-1)?.seq ?? cursor.seq;
  return {
    conversation: { conversationId, epoch, events, seq: end, complete: reached >= end },
    isFull: events.length < found.length,
  };
}

function whole(conversation: SyncedConversation): Continued {
  return { conversation, isFull: false };
}

/**
 * Where to go on: after the cursor within the last stay, or at its beginning for who holds nothing. What an
 * earlier stay held joins nothing that came later.
 */
function rangeAfter(ranges: readonly Range[], cursor: Cursor): Range | undefined {
  const last = ranges.at(-1);
  if (last === undefined || cursor.seq === 0) return last;
  const from = cursor.seq + 1;
  return last.from <= from && from <= last.to ? { from, to: last.to } : undefined;
}
