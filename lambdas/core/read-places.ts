import { provenMember } from './membership.ts';
import type { Head, Member, Ports } from './ports.ts';
import { readAll } from './retry.ts';

const KEYS_PER_BATCH = 100;

/** A user's place in a conversation: the head, then the member row, and what the two prove. */
export type Place =
  | { readonly proof: 'member' | 'unsettled'; readonly head: Head; readonly member: Member }
  /** With a member row: a former member. */
  | { readonly proof: 'no_member'; readonly head: Head; readonly member?: Member };

/**
 * Reads a user's places in many conversations: two batch reads, the heads first. Conversations that do
 * not exist are not among them, but take the same reads: ids can be guessed, and the time must not tell.
 */
export async function readPlaces(
  ports: Ports,
  userId: string,
  conversationIds: readonly string[],
): Promise<Map<string, Place>> {
  const { conversations } = ports;
  const heads = await readAll(ports, conversationIds, KEYS_PER_BATCH, (ids) =>
    conversations.getHeads(ids, 'consistent'),
  );
  const members = await readAll(ports, conversationIds, KEYS_PER_BATCH, (ids) =>
    conversations.getMemberships(userId, ids),
  );
  const now = ports.clock.now();
  const places = [...heads].map(([id, head]): [string, Place] => {
    const member = members.get(id);
    const proof = provenMember(head, member, now);
    if (member === undefined || proof === 'no_member') {
      return [id, { proof: 'no_member', head, ...(member !== undefined && { member }) }];
    }
    return [id, { proof, head, member }];
  });
  return new Map(places);
}
