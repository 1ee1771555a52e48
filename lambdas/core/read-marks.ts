import type { Receipt } from '../../protocol/get-receipts.ts';
import type { Mark } from '../../protocol/sync.ts';
import { cursorsOf, receiptOf } from './cursors.ts';
import { eachLimited } from './each-limited.ts';
import { epochOnWire } from './epoch.ts';
import { countFitting } from './frames.ts';
import { Unavailable, type Head, type Member, type Ports } from './ports.ts';
import type { Place } from './read-places.ts';

const READS_AT_ONCE = 10;
/** With less room than this in the frame there is nothing to read for. */
const LEAST_ROOM = 512;

/** What is marked in some conversations of a user's, as much of it as fits into so many bytes. */
export async function readMarks(
  ports: Ports,
  places: readonly Place[],
  bytes: number,
): Promise<Mark[]> {
  if (bytes < LEAST_ROOM) return [];
  const members = places.flatMap((place) => (place.proof === 'member' ? [place] : []));
  const receipts = new Map<string, Receipt>();
  const direct = members.filter(({ head }) => head.kind === 'direct');
  await eachLimited(direct, READS_AT_ONCE, async ({ head, member }) => {
    const receipt = await readPeersReceipt(ports, head, member);
    if (receipt !== undefined) receipts.set(head.conversationId, receipt);
  });
  const marks = members.map(({ head, member }): Mark => {
    const { conversationId } = head;
    const { readSeq, markedUnread } = cursorsOf(member);
    const epoch = epochOnWire(head.epoch, ports.settings);
    const receipt = receipts.get(conversationId);
    return { conversationId, epoch, readSeq, markedUnread, ...(receipt && { receipt }) };
  });
  return marks.slice(0, countFitting(marks, bytes));
}

/** How far the other one of a direct conversation has got, unless that cannot be read now. */
async function readPeersReceipt(
  ports: Ports,
  { conversationId }: Head,
  { userId }: Member,
): Promise<Receipt | undefined> {
  try {
    const { members } = await ports.conversations.listMembers(conversationId);
    const peer = members.find((member) => member.userId !== userId);
    return peer && receiptOf(peer);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return undefined;
  }
}
