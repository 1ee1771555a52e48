import type { Receipt } from '../../protocol/get-receipts.ts';
import type { Mark } from '../../protocol/sync.ts';
import { cursorsOf, muteOf, receiptOf } from './cursors.ts';
import { eachLimited } from './each-limited.ts';
import { epochOnWire } from './epoch.ts';
import { countFitting } from './frames.ts';
import { Unavailable, type Member, type Ports } from './ports.ts';
import type { MemberPlace } from './read-place.ts';
import type { Place } from './read-places.ts';
import { readSharing } from './user-settings.ts';

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
  const receipts = await readReceipts(ports, members);
  const marks = members.map(({ head, member }): Mark => {
    const { conversationId } = head;
    const { readSeq, markedUnread } = cursorsOf(member);
    const epoch = epochOnWire(head.epoch, ports.settings);
    const receipt = receipts.get(conversationId);
    const mute = muteOf(member);
    return {
      conversationId,
      epoch,
      readSeq,
      markedUnread,
      ...mute,
      ...(receipt && { receipt }),
    };
  });
  return marks.slice(0, countFitting(marks, bytes));
}

/**
 * How far the other ones of the direct conversations have got, by conversation. Where that cannot be read now there
 * is none: everything else matters more.
 */
async function readReceipts(
  ports: Ports,
  members: readonly MemberPlace[],
): Promise<ReadonlyMap<string, Receipt>> {
  const [user] = members;
  const receipts = new Map<string, Receipt>();
  if (user === undefined) return receipts;
  try {
    const peers: Member[] = [];
    const direct = members.filter(({ head }) => head.kind === 'direct');
    await eachLimited(direct, READS_AT_ONCE, async ({ head, member }) => {
      const page = await ports.conversations.listMembers(head.conversationId);
      peers.push(...page.members.filter(({ userId }) => userId !== member.userId));
    });
    const shares = await readSharing(ports, user.member, peers);
    for (const peer of peers) receipts.set(peer.conversationId, receiptOf(peer, shares(peer)));
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
  }
  return receipts;
}
