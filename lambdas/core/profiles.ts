import type { Caller } from './caller.ts';
import { Unavailable, type Ports, type Profile } from './ports.ts';
import { readAll } from './retry.ts';

const USERS_PER_BATCH = 100;

/** What some users go by; of who has never said, nothing. */
export async function readProfiles(
  ports: Pick<Ports, 'users' | 'timer' | 'random'>,
  userIds: readonly string[],
): Promise<(userId: string) => Profile> {
  const found = await readAll(ports, userIds, USERS_PER_BATCH, (some) =>
    ports.users.batchGetProfiles(some),
  );
  return (userId) => found.get(userId) ?? {};
}

/**
 * Takes what the token says for the user's profile, where it has none: what a user has once had is its own to
 * change. Best effort: the next connection does it again.
 */
export async function keepClaims(
  ports: Pick<Ports, 'users' | 'log'>,
  { userId, connectionId, name, picture }: Caller,
): Promise<void> {
  if (name === undefined && picture === undefined) return;
  const claims = { ...(name !== undefined && { name }), ...(picture !== undefined && { picture }) };
  try {
    // A read costs half of what a refused write does.
    const { found, unprocessed } = await ports.users.batchGetProfiles([userId]);
    if (found.size + unprocessed.length === 0) await ports.users.createProfile(userId, claims);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    ports.log.write('warn', 'claims_not_kept', { connectionId });
  }
}
