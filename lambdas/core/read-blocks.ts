import type { Member, Ports } from './ports.ts';
import { readAll } from './retry.ts';
import { settleAll } from './settle-all.ts';

const USERS_PER_BATCH = 100;

type BlockPorts = Pick<Ports, 'users' | 'timer' | 'random'>;

/** Those of some users whom the user blocks, or who block it; consistent, 2 read units for each of them. */
export async function readBlocks(
  ports: BlockPorts,
  userId: string,
  others: readonly string[],
): Promise<ReadonlySet<string>> {
  const [blocked, blockers] = await settleAll([
    readAll(ports, others, USERS_PER_BATCH, (some) => ports.users.getBlocked(userId, some)),
    readAll(ports, others, USERS_PER_BATCH, (some) => ports.users.getBlockers(userId, some)),
  ]);
  return new Set([...blocked.keys(), ...blockers.keys()]);
}

/** Whether one of a direct conversation blocks the other. Groups are no matter of blocks, and cost nothing. */
export async function isBlocked(
  ports: BlockPorts,
  { userId, peerId }: Pick<Member, 'userId' | 'peerId'>,
): Promise<boolean> {
  return peerId !== undefined && (await readBlocks(ports, userId, [peerId])).size > 0;
}
