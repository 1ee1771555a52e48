import type { Marked, MarkRead } from '../../protocol/mark-read.ts';
import { advanceCursor, seqIn } from './advance-cursor.ts';
import type { Caller } from './caller.ts';
import { cursorsOf } from './cursors.ts';
import { lookBack } from './look-back.ts';
import { marked } from './marked.ts';
import { setUnreadMark } from './mark-unread.ts';
import { visibleRanges } from './membership.ts';
import type { Head, SignalPorts } from './ports.ts';
import type { MemberPlace } from './read-place.ts';
import { readOthers } from './read-others.ts';
import { receiptSignal, tell } from './tell.ts';
import { readSharing } from './user-settings.ts';

/** PROTOCOL §mark_read: moves the caller's cursor, takes its marker away, and tells of what has changed. */
export async function markRead(
  ports: SignalPorts,
  caller: Caller,
  request: MarkRead,
): Promise<Marked> {
  const { conversationId } = request;
  const { upToSeq, ...place } = await advanceCursor(
    ports,
    caller,
    conversationId,
    'readSeq',
    (read) => targetOf(ports, read, request),
  );
  if (upToSeq !== undefined) {
    const receipt = receiptSignal(ports, 'read_receipt', place, upToSeq);
    await tell(ports, caller, () => readAudience(ports, caller, place.head), receipt);
  } else if (cursorsOf(place.member).markedUnread) {
    return marked(ports, await setUnreadMark(ports, caller, place, false));
  }
  return marked(ports, place);
}

/** One's own devices, and the others unless one of the two does not let others know. */
async function readAudience(
  ports: SignalPorts,
  caller: Caller,
  head: Head,
): Promise<readonly string[]> {
  const others = (await readOthers(ports, caller, head)).map((userId) => ({ userId }));
  const shares = await readSharing(ports, caller, others);
  return [caller, ...others.filter(shares)].map(({ userId }) => userId);
}

async function targetOf(
  ports: SignalPorts,
  place: MemberPlace,
  { upToSeq, epoch, upToTimestamp }: MarkRead,
): Promise<number> {
  if (upToSeq !== undefined) return seqIn(ports, place.head, { upToSeq, epoch });
  return upToTimestamp === undefined ? 0 : seqAt(ports, place, upToTimestamp);
}

/** The last message of that time or before it, of those that are not read yet; 0 if there is none. */
async function seqAt(
  ports: SignalPorts,
  { head, member }: MemberPlace,
  timestamp: number,
): Promise<number> {
  const { readSeq } = cursorsOf(member);
  const range = visibleRanges(member, head).at(-1);
  if (range === undefined) return 0;
  const from = Math.max(range.from, readSeq + 1);
  for await (const events of lookBack(ports, head, { ...range, from })) {
    const last = events.find((event) => event.type === 'message' && event.timestamp <= timestamp);
    if (last !== undefined) return last.seq;
  }
  return 0;
}
