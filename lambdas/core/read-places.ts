import { isDeleted, provenMember } from './membership.ts';
import type { Head, Member, Ports } from './ports.ts';
import { readInPart } from './retry.ts';

const KEYS_PER_BATCH = 100;

/** A user's place in a conversation: the head, then the member row, and what the two prove. */
export type Place =
  | { readonly proof: 'member' | 'unsettled'; readonly head: Head; readonly member: Member }
  /** With a member row: a former member. */
  | { readonly proof: 'no_member'; readonly head: Head; readonly member?: Member }
  /** It is no more, but for those whose last event it may still be on its way to. */
  | { readonly proof: 'deleted'; readonly head: Head; readonly member?: Member }
  /** One of its rows could not be read now. */
  | { readonly proof: 'unread' };

/**
 * Reads a user's places in many conversations: two batch reads, the heads first. Conversations that do
 * not exist are not among them, but take the same reads: ids can be guessed, and the time must not tell.
 *
 * @throws Unavailable when none can be read now; where only some cannot (F-49), they say so themselves
 */
export async function readPlaces(
  ports: Ports,
  userId: string,
  conversationIds: readonly string[],
): Promise<Map<string, Place>> {
  const { conversations } = ports;
  const heads = await readInPart(ports, conversationIds, KEYS_PER_BATCH, (ids) =>
    conversations.getHeads(ids, 'consistent'),
  );
  const known = conversationIds.filter((id) => !heads.unread.has(id));
  const members = await readInPart(ports, known, KEYS_PER_BATCH, (ids) =>
    conversations.getMemberships(userId, ids),
  );
  const now = ports.clock.now();
  const places = [...heads.found].map(([id, head]): [string, Place] => {
    const member = members.found.get(id);
    if (isDeleted(head))
      return [id, { proof: 'deleted', head, ...(member !== undefined && { member }) }];
    const proof = provenMember(head, member, now);
    if (member === undefined || proof === 'no_member') {
      return [id, { proof: 'no_member', head, ...(member !== undefined && { member }) }];
    }
    return [id, { proof, head, member }];
  });
  const unread = [...heads.unread, ...members.unread].map((id): [string, Place] => [
    id,
    { proof: 'unread' },
  ]);
  return new Map([...places, ...unread]);
}
