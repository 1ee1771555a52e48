import { provenMember } from './membership.ts';
import type { Head, Member, Ports } from './ports.ts';
import { Refusal } from './refusal.ts';

/** A conversation and the caller's own row in it, as of the head's `seq`. */
export interface MemberPlace {
  readonly head: Head;
  readonly member: Member;
}

/**
 * Reads the head first and the member after: the other order shows a removed member what came behind its back.
 *
 * @throws Refusal `not_found` to whoever is no member, `busy` while that is unsettled
 */
export async function readPlace(
  ports: Pick<Ports, 'conversations' | 'clock'>,
  conversationId: string,
  userId: string,
): Promise<MemberPlace> {
  const head = await ports.conversations.getHead(conversationId);
  // Without a head, too: ids can be guessed, and the time that an answer takes must not tell which exist.
  const member = await ports.conversations.getMember(conversationId, userId);
  if (head === undefined) throw new Refusal('not_found');
  const proof = provenMember(head, member, ports.clock.now());
  if (proof === 'unsettled') throw new Refusal('busy');
  if (member === undefined || proof === 'no_member') throw new Refusal('not_found');
  return { head, member };
}
