import type { GetProfiles, Profiles } from '../../protocol/get-profiles.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import { countFitting } from './frames.ts';
import type { Ports } from './ports.ts';
import { readProfiles } from './profiles.ts';
import { readPlace } from './read-place.ts';
import { readAll } from './retry.ts';

/** What is left of a frame beside the profiles: an id is up to 510 bytes as JSON. */
const ENVELOPE_BYTES = 1_024;

/** PROTOCOL §get_profiles: of members and former members; to ask for others tells nothing of them. */
export async function getProfiles(
  ports: Ports,
  caller: Caller,
  request: GetProfiles,
): Promise<Profiles> {
  const { conversationId } = request;
  await readPlace(ports, conversationId, caller.userId);
  const members = await readAll(ports, [...new Set(request.userIds)], LIMITS.profiles, (userIds) =>
    ports.conversations.getMembers(conversationId, userIds),
  );
  const userIds = [...new Set(request.userIds)].filter((userId) => members.has(userId));
  const profileOf = await readProfiles(ports, userIds);
  const all = userIds.map((userId) => ({ userId, ...profileOf(userId) }));
  const fitting = countFitting(all, LIMITS.frameBytes - ENVELOPE_BYTES);
  const next = all[fitting]?.userId;
  return {
    type: 'profiles',
    conversationId,
    profiles: all.slice(0, fitting),
    ...(next !== undefined && { next }),
  };
}
