import type { CheckedToken } from '../../lambdas/core/check-token.ts';
import type { TokenChecker } from '../../lambdas/core/ports.ts';
import type { MemoryClock } from './clock.ts';
import { gated, OPEN_GATES } from './gates.ts';
import type { Gates } from './gates.ts';

/** An issuer and its checker: a token is what was issued, until its end. */
export class MemoryTokens implements TokenChecker {
  readonly #clock: MemoryClock;
  readonly #gates: Gates;
  readonly #issued = new Map<string, { readonly userId: string; readonly end: number }>();

  constructor(clock: MemoryClock, gates: Gates = OPEN_GATES) {
    this.#clock = clock;
    this.#gates = gates;
  }

  check(token: string): Promise<CheckedToken> {
    return gated(this.#gates, { port: 'tokens', method: 'check', args: [token] }, () => {
      const issued = this.#issued.get(token);
      if (issued === undefined) return { good: false as const, reason: 'unknown' };
      return issued.end > this.#clock.now()
        ? { good: true as const, ...issued }
        : { good: false as const, reason: 'ended' };
    });
  }

  // ── What a test does ───────────────────────────────────────────────────────────────────────────

  /**
   * A token of a user.
   * @param end in milliseconds since 1970
   * @param token default: one that was not issued before
   */
  issue(
    userId: string,
    end: number,
    token = `token-${this.#issued.size + 1}-of-${userId}`,
  ): string {
    this.#issued.set(token, { userId, end });
    return token;
  }
}
