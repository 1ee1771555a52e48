import type { ProfileAnswer, UpdateProfile } from '../../protocol/update-profile.ts';
import type { Caller } from './caller.ts';
import type { Profile, ProfileChanges, SignalPorts } from './ports.ts';
import { readProfiles } from './profiles.ts';
import { tell } from './tell.ts';

/** PROTOCOL §update_profile: safe to repeat. With nothing to change it only answers. */
export async function updateProfile(
  ports: SignalPorts,
  caller: Caller,
  request: UpdateProfile,
): Promise<ProfileAnswer> {
  const { userId } = caller;
  const before = (await readProfiles(ports, [userId]))(userId);
  const changes = changesOf(before, request);
  if (Object.keys(changes).length === 0) return { type: 'profile', ...before };
  const profile = await ports.users.updateProfile(userId, changes);
  await tell(ports, caller, [userId], { type: 'profile_updated', ...profile });
  return { type: 'profile', ...profile };
}

/** What of the request is not so already. */
function changesOf(before: Profile, { name, picture }: UpdateProfile): ProfileChanges {
  return {
    ...(name !== undefined && name !== (before.name ?? null) && { name }),
    ...(picture !== undefined && picture !== (before.picture ?? null) && { picture }),
  };
}
