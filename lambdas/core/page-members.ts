import { LIMITS } from '../../protocol/limits.ts';
import { countFitting } from './frames.ts';
import { isCurrent } from './membership.ts';
import type { Member, Ports } from './ports.ts';

/** What is left of a frame beside the members: an id is up to 510 bytes as JSON, and one of them may be `next`. */
const ENVELOPE_BYTES = 1_024;

export interface MemberPage<Shown> {
  readonly shown: Shown[];
  /** Where to go on, if there is more. */
  readonly next?: string | undefined;
}

/**
 * A page of those who are members now, in the order of their ids, as many as fit a frame.
 *
 * @param limit how many, at most
 * @param show what is shown of them: of some perhaps nothing, so that a page may be short, and yet have a next one
 */
export async function pageMembers<Shown extends { readonly userId: string }>(
  ports: Ports,
  conversationId: string,
  { limit: asked, after }: { limit?: number | undefined; after?: string | undefined },
  show: (members: readonly Member[]) => readonly Shown[] | Promise<readonly Shown[]>,
): Promise<MemberPage<Shown>> {
  const most = ports.settings.limits.pageMembers;
  const limit = Math.min(asked ?? most, most);
  const found: Member[] = [];
  for (let start = after; ;) {
    const page = await ports.conversations.listMembers(conversationId, start);
    found.push(...page.members.filter(isCurrent));
    // One more than the page holds, to know whether there is a next one.
    if (found.length > limit || page.next === undefined) break;
    start = page.next;
  }
  const members = found.slice(0, limit);
  const all = await show(members);
  const shown = all.slice(0, countFitting(all, LIMITS.frameBytes - ENVELOPE_BYTES));
  if (shown.length < all.length) return { shown, next: shown.at(-1)?.userId };
  return found.length > limit ? { shown, next: members.at(-1)?.userId } : { shown };
}
