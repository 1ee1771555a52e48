import { isCurrent, isDeleted, provenMember } from './membership.ts';
import type { Head, Member, Ports } from './ports.ts';
import { Refusal } from './refusal.ts';

/** A group and the caller's own row in it, for whoever is about to change its members. */
export interface GroupPlace {
  readonly head: Head;
  readonly actor: Member;
}

/**
 * Reads the head, then the caller's row. What the row says is to be guarded where it matters: it may change at
 * any time.
 *
 * @param isGoing the caller ends its own membership: a mark of its own does not keep it from that, and who has
 *   left already, and asks again, is a former member
 * @throws Refusal `not_found` to whoever is no member, `busy` while it is unsettled, `forbidden` in a direct
 *   conversation, whose members are for good
 */
export async function readGroup(
  ports: Ports,
  conversationId: string,
  userId: string,
  isGoing = false,
): Promise<GroupPlace> {
  const head = await ports.conversations.getHead(conversationId);
  const actor = await ports.conversations.getMember(conversationId, userId);
  if (head === undefined || actor === undefined || isDeleted(head)) throw new Refusal('not_found');
  const hasLeft = isGoing && !isCurrent(actor);
  if (head.closed && !hasLeft) throw new Refusal('not_found');
  const proof = provenMember(head, actor, ports.clock.now());
  if (proof === 'no_member' && !isGoing) throw new Refusal('not_found');
  if (proof === 'unsettled' && !isGoing) throw new Refusal('busy');
  if (head.kind === 'direct') throw new Refusal('forbidden');
  return { head, actor };
}
