import type { ListMembers, Members } from '../../protocol/list-members.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import { countFitting } from './frames.ts';
import { isCurrent } from './membership.ts';
import type { Member, Ports } from './ports.ts';
import { readPlace } from './read-place.ts';

/** What is left of a frame beside the members: an id is up to 510 bytes as JSON, and one of them may be `next`. */
const ENVELOPE_BYTES = 1_024;

/** PROTOCOL §list_members: those who are members now, in the order of their ids. */
export async function listMembers(
  ports: Ports,
  caller: Caller,
  request: ListMembers,
): Promise<Members> {
  const { conversationId, limit = LIMITS.pageMembers } = request;
  await readPlace(ports, conversationId, caller.userId);
  // One more than the page holds, to know whether there is a next one.
  const found = await readCurrent(ports, conversationId, limit + 1, request.after);
  const page = found.slice(0, limit).map(({ userId, role }) => ({ userId, role }));
  const shown = page.slice(0, countFitting(page, LIMITS.frameBytes - ENVELOPE_BYTES));
  const next = shown.length < found.length ? shown.at(-1)?.userId : undefined;
  return {
    type: 'members',
    conversationId,
    members: shown,
    ...(next !== undefined && { next }),
  };
}

async function readCurrent(
  ports: Ports,
  conversationId: string,
  most: number,
  start: string | undefined,
): Promise<readonly Member[]> {
  const found: Member[] = [];
  for (let after = start; ;) {
    const page = await ports.conversations.listMembers(conversationId, after);
    found.push(...page.members.filter(isCurrent));
    if (found.length >= most || page.next === undefined) return found.slice(0, most);
    after = page.next;
  }
}
