import { isCurrent } from './membership.ts';
import type { Member, Ports } from './ports.ts';
import { readMembers } from './read-members.ts';

/** What becomes of the ownership when a member goes. */
export interface Succession {
  /** How the owners change, if they do. */
  readonly owners?: { readonly owners: readonly string[]; readonly previous: readonly string[] };
  /** Who becomes an owner because the last one goes. */
  readonly heir?: Member;
  /** Nobody is left. */
  readonly isLast?: boolean;
}

/**
 * Reads what goes with a member's leaving: of an owner, that it is one no more; of the last owner, who follows:
 * the admin who has been there longest, else the member who has. `undefined` where the rows do not agree: they
 * are being changed, and must be read again.
 */
export async function readSuccession(
  ports: Ports,
  leaver: Member,
): Promise<Succession | undefined> {
  if (leaver.role !== 'owner') return {};
  const { conversationId, userId } = leaver;
  const previous = await ports.conversations.getOwners(conversationId);
  if (previous === undefined || !previous.includes(userId)) return undefined;
  const owners = previous.filter((owner) => owner !== userId);
  if (owners.length > 0) return { owners: { owners, previous } };
  const others = (await readMembers(ports.conversations, conversationId)).filter(
    (member) => isCurrent(member) && member.userId !== userId,
  );
  const heir = others.toSorted(bySeniority)[0];
  // The row of the owners is never empty: the last member stays in it, of a conversation that is closed.
  if (heir === undefined) return { isLast: true };
  return { owners: { owners: [heir.userId], previous }, heir };
}

function bySeniority(one: Member, other: Member): number {
  return (
    rank(one) - rank(other) || since(one) - since(other) || (one.userId < other.userId ? -1 : 1)
  );
}

function rank({ role }: Member): number {
  return role === 'admin' ? 0 : 1;
}

function since({ stays }: Member): number {
  return stays.at(-1)?.joined ?? 0;
}
