import type { Clock } from '../core/ports.ts';

/** The machine's clock, which AWS keeps synchronized. */
export const systemClock: Clock = { now: () => Date.now() };
