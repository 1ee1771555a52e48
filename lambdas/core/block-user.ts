import type { Blocked, BlockUser } from '../../protocol/block-user.ts';
import { atMost, LIMITS } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import type { SignalPorts } from './ports.ts';
import { Refusal, tooLarge } from './refusal.ts';
import { tell } from './tell.ts';

/** PROTOCOL §block_user: safe to repeat, and its other devices are told each time. */
export async function blockUser(
  ports: SignalPorts,
  caller: Caller,
  { userId }: BlockUser,
): Promise<Blocked> {
  if (userId === caller.userId) {
    throw new Refusal('bad_request', 'unable to block the user; it is the one who asks');
  }
  if (!(await hasRoom(ports, caller, userId)))
    throw tooLarge('blocked users', atMost(LIMITS.blockedUsers, 'users'));
  await ports.users.putBlock(caller.userId, userId);
  return tellOfBlock(ports, caller, userId, true);
}

/** Tells the caller's other devices, then the caller. */
export async function tellOfBlock(
  ports: SignalPorts,
  caller: Caller,
  userId: string,
  on: boolean,
): Promise<Blocked> {
  await tell(ports, caller, [caller.userId], { type: 'block_mark', userId, on });
  return { type: 'blocked', userId, on };
}

/** Whether one more may be blocked, or is already. Of many that are asked for at once a few more may come through. */
async function hasRoom(ports: SignalPorts, caller: Caller, userId: string): Promise<boolean> {
  let count = 0;
  for (let after: string | undefined; ;) {
    const page = await ports.users.listBlocked(caller.userId, LIMITS.blockedUsers, after);
    if (page.userIds.includes(userId)) return true;
    count += page.userIds.length;
    if (page.next === undefined) return count < LIMITS.blockedUsers;
    after = page.next;
  }
}
