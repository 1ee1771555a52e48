import type { Random } from '../../lambdas/core/ports.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** 22 characters of 6 bits hold 128 bits; the last one holds only 2 of them, as in base64url. */
const ID_LENGTH = 22;

/** The same seed gives the same fractions and ids, in the same order (the generator is mulberry32). */
export class MemoryRandom implements Random {
  #state: number;

  constructor(seed = 1) {
    this.#state = seed >>> 0;
  }

  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  id(): string {
    const places = Array.from({ length: ID_LENGTH }, (_, place) => place);
    return places
      .map((place) =>
        place < ID_LENGTH - 1
          ? ALPHABET.charAt(Math.floor(this.fraction() * 64))
          : ALPHABET.charAt(Math.floor(this.fraction() * 4) * 16),
      )
      .join('');
  }
}
