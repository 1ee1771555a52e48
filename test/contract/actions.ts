import { RATE_SLICES, type UserStore } from '../../lambdas/core/ports.ts';
import { newId } from './rows.ts';

const SLICE = 600_000_000;

/** A user of the store, new for each test. */
interface UserWorld {
  readonly store: UserStore;
  readonly userId: string;
}

/** Counts an action so often at once, and answers how often it was counted. */
async function countOften(
  { store, userId }: UserWorld,
  times: number,
  slice: number,
  limit: number,
): Promise<number> {
  const results = await Promise.all(
    Array.from({ length: times }, () => store.countAction(userId, slice, limit)),
  );
  return results.filter(({ counted }) => counted).length;
}

/** What a user does, counted by slices of time. */
export function describeActions(world: () => UserWorld): void {
  describe('actions', () => {
    it('are counted up to the limit, however many come at once', async () => {
      const { store, userId } = world();
      expect(await countOften(world(), 12, SLICE, 5)).toBe(5);
      expect(await store.countAction(userId, SLICE, 5)).toEqual({
        counted: false,
        freeFrom: SLICE + RATE_SLICES + 1,
      });
    });

    it('are remembered for so many slices, each for itself', async () => {
      const { store, userId } = world();
      await countOften(world(), 2, SLICE, 5);
      await countOften(world(), 1, SLICE + 3, 5);
      await countOften(world(), 2, SLICE + RATE_SLICES, 5);
      const full = { counted: false, freeFrom: SLICE + RATE_SLICES + 1 };
      expect(await store.countAction(userId, SLICE + RATE_SLICES, 5)).toEqual(full);
      // The first two are forgotten.
      expect(await countOften(world(), 5, SLICE + RATE_SLICES + 1, 5)).toBe(2);
      const later = { counted: false, freeFrom: SLICE + RATE_SLICES + 4 };
      expect(await store.countAction(userId, SLICE + RATE_SLICES + 2, 5)).toEqual(later);
    });

    it('are forgotten after a long pause, and counted for each user alone', async () => {
      const { store } = world();
      await countOften(world(), 3, SLICE, 3);
      expect(await store.countAction(newId('u'), SLICE, 3)).toEqual({ counted: true });
      for (const pause of [RATE_SLICES + 1, 123, 30_000]) {
        expect([pause, await countOften(world(), 5, SLICE + pause, 3)]).toEqual([pause, 3]);
      }
    });

    it('go by the limit of now, a slice late at the most, when another has been set', async () => {
      await countOften(world(), 3, SLICE, 3);
      expect(await countOften(world(), 9, SLICE + RATE_SLICES + 1, 6)).toBeGreaterThanOrEqual(3);
      expect(await countOften(world(), 9, SLICE + 2 * (RATE_SLICES + 1), 6)).toBe(6);
    });
  });
}
