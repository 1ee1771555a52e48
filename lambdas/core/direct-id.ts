import { creationHash } from './creation-hash.ts';

/** The id of the one conversation that two users have, whoever asks. */
export function directIdOf(one: string, other: string): string {
  return `d_${directCreation(one, other)}`;
}

/** The hash of its creation. */
export function directCreation(one: string, other: string): string {
  return creationHash(['direct', ...[one, other].toSorted()]);
}
