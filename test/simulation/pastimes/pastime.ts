import type { MemoryRandom } from '../../memory/random.ts';
import type { SimulatedClient } from '../client.ts';
import type { Cast } from '../cast.ts';
import type { World } from '../world.ts';

/**
 * Something that people do now and then. Each schedule switches on about half of all that there are, or does
 * much of two: bugs hide where two things meet, and who always does a little of everything seldom meets them.
 */
export interface Pastime {
  /** About so many times a second, if it is on. */
  readonly perSecond: number;
  readonly act: (world: World, cast: Cast, random: MemoryRandom) => void;
}

export function pick<Value>(random: MemoryRandom, values: readonly Value[]): Value {
  const value = values[Math.floor(random.fraction() * values.length)];
  if (value === undefined) throw new RangeError('unable to pick; there is nothing');
  return value;
}

export function clientOf(clients: readonly SimulatedClient[], userId: string): SimulatedClient {
  const client = clients.find((candidate) => candidate.userId === userId);
  if (client === undefined) throw new Error(`there is no client of ${userId}`);
  return client;
}
