import type { Ports, UserSettings } from './ports.ts';
import { readAll } from './retry.ts';

const USERS_PER_BATCH = 100;

/** Of who has never said anything else. */
const DEFAULTS: UserSettings = { readReceipts: true };

/** The settings of some users. */
export async function readSettings(
  ports: Pick<Ports, 'users' | 'timer' | 'random'>,
  userIds: readonly string[],
): Promise<(userId: string) => UserSettings> {
  const found = await readAll(ports, [...new Set(userIds)], USERS_PER_BATCH, (some) =>
    ports.users.batchGetSettings(some),
  );
  return (userId) => ({ ...DEFAULTS, ...found.get(userId) });
}

interface User {
  readonly userId: string;
}

/** Of which others a user may know what they have read, and they of it: both must let it be known. */
export async function readSharing(
  ports: Pick<Ports, 'users' | 'timer' | 'random'>,
  { userId }: User,
  others: readonly User[],
): Promise<(other: User) => boolean> {
  const userIds = others.map((other) => other.userId).filter((other) => other !== userId);
  const settingsOf = await readSettings(ports, userIds.length === 0 ? [] : [userId, ...userIds]);
  const shares = settingsOf(userId).readReceipts;
  return (other) => other.userId === userId || (shares && settingsOf(other.userId).readReceipts);
}
