import type { Clock, Random, Timer } from '../../lambdas/core/ports.ts';

/** What every implementation of the ports that are no AWS service must do. */
export function describeSmallPorts(
  name: string,
  start: () => { readonly clock: Clock; readonly random: Random; readonly timer: Timer },
): void {
  describe(`the small ports ${name}`, () => {
    it('tell the time in milliseconds since 1970, never backwards', () => {
      const { clock } = start();
      const times = Array.from({ length: 100 }, () => clock.now());
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      expect(times[0]).toBeGreaterThan(Date.UTC(2025, 0));
      expect(Number.isInteger(times[0])).toBe(true);
    });

    it('sleep for at least as long as told', async () => {
      const { clock, timer } = start();
      const before = clock.now();
      await timer.sleep(20);
      // Timers and the clock round on their own: a millisecond is nobody's.
      expect(clock.now() - before).toBeGreaterThanOrEqual(19);
    });

    it('make fractions of at least 0 and under 1, all over the range', () => {
      const { random } = start();
      const fractions = Array.from({ length: 2_000 }, () => random.fraction());
      expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
      const tenths = new Set(fractions.map((fraction) => Math.floor(fraction * 10)));
      expect(tenths.size).toBe(10);
    });

    it('make ids of 128 bits, no two alike', () => {
      const { random } = start();
      const ids = Array.from({ length: 2_000 }, () => random.id());
      expect(new Set(ids).size).toBe(2_000);
      for (const id of ids) {
        expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
        // Canonical base64url: the last character carries two bits.
        expect(Buffer.from(id, 'base64url').toString('base64url')).toBe(id);
      }
    });
  });
}
