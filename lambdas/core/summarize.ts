import type { ConversationSummary } from '../../protocol/list-conversations.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { cursorsOf, muteOf, receiptOf } from './cursors.ts';
import { epochOnWire } from './epoch.ts';
import { lookBack } from './look-back.ts';
import { visibleRanges } from './membership.ts';
import type { EventRow, Head, Member, Ports, UserConversation } from './ports.ts';
import type { MemberPlace } from './read-place.ts';
import { renderForReader } from './render-for-reader.ts';
import { settleAll } from './settle-all.ts';

/** What the newest events of a log tell one member. */
interface Tip {
  readonly lastEvent?: EventRow;
  readonly unread: number;
  readonly readSeq: number;
}

/**
 * A conversation as its member's list shows it: one backward read from the end of the log, and the row of the other
 * one of a direct conversation.
 *
 * @param shares whether the user may know what the other one has read
 */
export async function summarize(
  ports: Ports,
  row: UserConversation,
  { head, member }: MemberPlace,
  shares: (peer: Member) => boolean,
): Promise<ConversationSummary> {
  const [tip, peer] = await settleAll([
    readTip(ports, head, member),
    row.peerId === undefined
      ? undefined
      : ports.conversations.getMember(head.conversationId, row.peerId),
  ]);
  const last = tip.lastEvent === undefined ? [] : [tip.lastEvent];
  const [lastEvent] = await renderForReader(ports, { head, member }, last);
  return {
    conversationId: head.conversationId,
    kind: head.kind,
    ...(head.name !== undefined && { name: head.name }),
    ...(row.peerId !== undefined && { userId: row.peerId }),
    role: member.role,
    seq: head.seq,
    epoch: epochOnWire(head.epoch, ports.settings),
    readSeq: tip.readSeq,
    markedUnread: cursorsOf(member).markedUnread,
    ...muteOf(member),
    ...(peer && { receipt: receiptOf(peer, shares(peer)) }),
    unread: tip.unread,
    ...(lastEvent !== undefined && lastEvent.type !== 'void' && { lastEvent }),
  };
}

/**
 * Unread is others' messages after the member's cursor, but for deleted ones. Sending moves one's own cursor, and costs no
 * write: the count stops at the first message of one's own.
 */
async function readTip(ports: Ports, head: Head, member: Member): Promise<Tip> {
  const { readSeq } = cursorsOf(member);
  const range = visibleRanges(member, head).at(-1);
  if (range === undefined) return { unread: 0, readSeq };
  let lastEvent: EventRow | undefined;
  let unread = 0;
  for await (const events of lookBack(ports, head, range, head.seq - readSeq)) {
    for (const event of events) {
      if (event.type !== 'void') lastEvent ??= event;
      if (event.type === 'message') {
        const own = event.senderId === member.userId ? event.seq : 0;
        // What is read stays read, also behind one's own last message.
        const readTo = Math.max(readSeq, own);
        if (event.seq <= readTo) return done(lastEvent, unread, readTo);
        if (!event.deleted) unread += 1;
        if (unread === LIMITS.unreadMany) return done(lastEvent, unread, readSeq);
      }
    }
    const isRead = (events.at(-1)?.seq ?? 0) <= readSeq + 1;
    if (isRead && lastEvent !== undefined) break;
  }
  return done(lastEvent, unread, readSeq);
}

function done(lastEvent: EventRow | undefined, unread: number, readSeq: number): Tip {
  return { ...(lastEvent !== undefined && { lastEvent }), unread, readSeq };
}
