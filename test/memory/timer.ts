import type { Timer } from '../../lambdas/core/ports.ts';
import type { MemoryClock } from './clock.ts';
import { gated, OPEN_GATES } from './gates.ts';
import type { Gates } from './gates.ts';

/** Sleeping moves the virtual clock, at once. */
export class MemoryTimer implements Timer {
  readonly #clock: MemoryClock;
  readonly #gates: Gates;

  constructor(clock: MemoryClock, gates: Gates = OPEN_GATES) {
    this.#clock = clock;
    this.#gates = gates;
  }

  sleep(milliseconds: number): Promise<void> {
    const call = { port: 'timer', method: 'sleep', args: [milliseconds] } as const;
    return gated(this.#gates, call, () => this.#clock.advance(milliseconds));
  }
}
