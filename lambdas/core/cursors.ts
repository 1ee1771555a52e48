import type { Receipt } from '../../protocol/get-receipts.ts';
import type { Member } from './ports.ts';

/** How far a member has got in a conversation. */
export interface Cursors {
  readonly readSeq: number;
  readonly deliveredSeq: number;
  readonly markedUnread: boolean;
}

/**
 * By a member's row: what came before its last stay counts as read, what is read as delivered, and a marker of an
 * earlier stay for nothing.
 */
export function cursorsOf({ stays, unreadMark = -1, ...row }: Member): Cursors {
  const joined = stays.at(-1)?.joined ?? 0;
  const readSeq = Math.max(row.readSeq, joined);
  return {
    readSeq,
    deliveredSeq: Math.max(row.deliveredSeq, readSeq),
    markedUnread: unreadMark >= joined,
  };
}

/**
 * What another member may know of it.
 *
 * @param sharesReading if not, what is delivered must not tell what is read either
 */
export function receiptOf(member: Member, sharesReading: boolean): Receipt {
  const { userId } = member;
  const { readSeq, deliveredSeq } = cursorsOf(sharesReading ? member : { ...member, readSeq: 0 });
  return sharesReading ? { userId, readSeq, deliveredSeq } : { userId, deliveredSeq };
}

/** What the user's own devices know besides: until when it has muted the conversation. */
export function muteOf({ mutedUntil }: Member): Pick<Member, 'mutedUntil'> {
  return mutedUntil === undefined ? {} : { mutedUntil };
}
