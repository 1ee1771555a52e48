import { Unavailable } from '../../lambdas/core/ports.ts';
import type { Gates, PortCall } from '../memory/gates.ts';
import { Chance } from './chance.ts';

/** Of each call of a port, while ports fail. */
const UNAVAILABLE = 0.01;
const BROKEN = 0.002;

/**
 * Ports that fail now and then, before their effect or after it: as AWS does, or as nobody expects. What they
 * throw says all that they were called with, as an SDK's exception may: nothing of it may come out again.
 */
export class FailingPorts implements Gates {
  /** Whether they fail at all. */
  failing = false;
  /** How often they have failed as nobody expects. */
  broken = 0;
  readonly #chance: Chance;

  constructor(seed: number) {
    this.#chance = new Chance(seed);
  }

  readonly before = (call: PortCall): Promise<void> => this.#pass(call);
  readonly after = (call: PortCall): Promise<void> => this.#pass(call);

  async #pass({ port, method, args }: PortCall): Promise<void> {
    if (!this.failing) return;
    const what = `unable to call ${port}.${method} with ${JSON.stringify(args)}`;
    if (this.#chance.odds(UNAVAILABLE)) throw new Unavailable(what);
    if (this.#chance.odds(BROKEN)) {
      this.broken += 1;
      throw new TypeError(what);
    }
  }
}
