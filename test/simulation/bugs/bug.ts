import type { Patch } from '../bundle.ts';
import type { ProfileName } from '../profiles.ts';

/** A mistake that somebody could make, and the profile in which the checker sees it first. */
export interface Bug {
  readonly name: string;
  readonly patches: readonly Patch[];
  readonly profile: ProfileName;
}

export function bug(name: string, profile: ProfileName, ...patches: readonly Patch[]): Bug {
  return { name, profile, patches };
}

export function patch(file: string, find: string, replace: string): Patch {
  return { file, find, replace };
}
