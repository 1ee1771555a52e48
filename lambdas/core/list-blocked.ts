import type { BlockedUsers, ListBlocked } from '../../protocol/list-blocked.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import { countFitting } from './frames.ts';
import type { Ports } from './ports.ts';

/** What is left of a frame beside the ids: one of them may be `next`, up to 510 bytes as JSON. */
const ENVELOPE_BYTES = 1_024;

/** PROTOCOL §list_blocked: whom the caller blocks, in the order of their ids. */
export async function listBlocked(
  ports: Ports,
  caller: Caller,
  { limit = LIMITS.pageMembers, after }: ListBlocked,
): Promise<BlockedUsers> {
  const page = await ports.users.listBlocked(caller.userId, limit, after);
  const userIds = page.userIds.slice(
    0,
    countFitting(page.userIds, LIMITS.frameBytes - ENVELOPE_BYTES),
  );
  const next = userIds.length < page.userIds.length ? userIds.at(-1) : page.next;
  return { type: 'blocked_users', userIds, ...(next !== undefined && { next }) };
}
