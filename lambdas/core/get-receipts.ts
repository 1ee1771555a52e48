import type { GetReceipts, Receipts } from '../../protocol/get-receipts.ts';
import type { Caller } from './caller.ts';
import { receiptOf } from './cursors.ts';
import { epochOnWire } from './epoch.ts';
import { isEntitled, isWithin, visibleRanges } from './membership.ts';
import { pageMembers } from './page-members.ts';
import type { Ports } from './ports.ts';
import { readPlace } from './read-place.ts';
import { Refusal } from './refusal.ts';
import { readSharing } from './user-settings.ts';

/** PROTOCOL §get_receipts: of those who are members now, in the order of their ids. */
export async function getReceipts(
  ports: Ports,
  caller: Caller,
  request: GetReceipts,
): Promise<Receipts> {
  const { conversationId, seq } = request;
  const { head, member: asker } = await readPlace(ports, conversationId, caller.userId);
  const ranges = visibleRanges(asker, head);
  if (seq !== undefined && (seq > head.seq || !isWithin(ranges, seq)))
    throw new Refusal('message_not_found');
  const { shown, ...rest } = await pageMembers(ports, conversationId, request, async (members) => {
    const shares = await readSharing(ports, asker, members);
    return members.flatMap((member) => {
      const receipt = receiptOf(member, shares(member));
      // Who came in later, or was away, has not got it, however far it is now.
      const hasGot = (at: number) => receipt.deliveredSeq >= at && isEntitled(member, at);
      return seq === undefined || hasGot(seq) ? receipt : [];
    });
  });
  const epoch = epochOnWire(head.epoch, ports.settings);
  return { type: 'receipts', conversationId, epoch, receipts: shown, ...rest };
}
