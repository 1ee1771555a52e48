import { MemoryRandom } from '../memory/random.ts';

/** Draws from a seed: the same seed gives the same draws. */
export class Chance {
  readonly #random: MemoryRandom;

  constructor(seed: number) {
    this.#random = new MemoryRandom(seed);
  }

  /** An integer of at least 0 and under `below`. */
  below(below: number): number {
    return Math.floor(this.#random.fraction() * below);
  }

  /** True with this probability. */
  odds(probability: number): boolean {
    return this.#random.fraction() < probability;
  }

  /** One of the list, which must not be empty. */
  pick<Value>(list: readonly Value[]): Value {
    const picked = list[this.below(list.length)];
    if (picked === undefined)
      throw new RangeError('unable to pick; the list is empty or has holes');
    return picked;
  }
}
