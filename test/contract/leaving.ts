import { MOST_LEAVING } from '../../lambdas/core/ports.ts';
import type { NumberTaken } from '../../lambdas/core/ports.ts';
import type { StoreWorld } from './conversation-store.ts';
import { createHead } from './heads.ts';

const NOW = 1_000;
const UNTIL = 61_000;

export function describeLeaving(world: StoreWorld): void {
  describe('a number to remove somebody with', () => {
    it('is one more than the last, and marks who leaves in the same update', async () => {
      const head = await createHead(world, { seq: 41, leaving: { carol: 2_000 } });
      const next = { ...head, seq: 42, takenAt: NOW, leaving: { carol: 2_000, bob: UNTIL } };
      expect(await remove(world, 'alice', 'bob')).toEqual({ taken: true, head: next });
      expect(await world.store.getHead(world.id)).toEqual(next);
    });

    it('is the last but one that who leaves could have got, until the mark runs out', async () => {
      await createHead(world);
      await remove(world, 'alice', 'bob');
      expect(await world.store.takeNumber(world.id, 'bob', UNTIL - 1)).toMatchObject({
        taken: false,
      });
      expect(await world.store.takeNumber(world.id, 'alice', UNTIL - 1)).toMatchObject({
        taken: true,
        head: { seq: 2 },
      });
      expect(await world.store.takeNumber(world.id, 'bob', UNTIL)).toMatchObject({
        taken: true,
        head: { seq: 3 },
      });
    });

    it('is not to be had where there is no head, and makes none', async () => {
      expect(await remove(world, 'alice', 'bob')).toEqual({ taken: false });
      expect(await remove(world, 'bob', 'bob')).toEqual({ taken: false });
      expect(await world.store.getHead(world.id)).toBeUndefined();
    });

    it.each(['alice', 'bob'])(
      'is not to be had once the conversation is closed (%s removes bob)',
      async (userId) => {
        const head = await createHead(world, { closed: true });
        expect(await remove(world, userId, 'bob')).toEqual({ taken: false, head });
        expect(await world.store.getHead(world.id)).toEqual(head);
      },
    );

    it('is not to be had by one who is leaving, and marks nobody then', async () => {
      const head = await createHead(world, { leaving: { alice: NOW + 1 } });
      expect(await remove(world, 'alice', 'bob')).toEqual({ taken: false, head });
      expect(await world.store.getHead(world.id)).toEqual(head);
    });

    it('is to be had by one whose own mark has run out', async () => {
      await createHead(world, { leaving: { alice: NOW } });
      expect(await remove(world, 'alice', 'bob')).toMatchObject({
        taken: true,
        head: { seq: 1, leaving: { alice: NOW, bob: UNTIL } },
      });
    });

    it('is to be had by one who leaves by itself, whether marked or not', async () => {
      await createHead(world);
      for (const [seq, until] of [UNTIL, UNTIL + 5, UNTIL + 3].entries()) {
        expect(await remove(world, 'bob', 'bob', until)).toMatchObject({
          taken: true,
          head: { seq: seq + 1, leaving: { bob: until } },
        });
      }
    });

    it('is to be had again for one who is marked already, and moves the mark', async () => {
      await createHead(world);
      await remove(world, 'alice', 'bob');
      expect(await remove(world, 'carol', 'bob', UNTIL + 1)).toMatchObject({
        taken: true,
        head: { seq: 2, leaving: { bob: UNTIL + 1 } },
      });
    });

    it('is not to be had while as many as can are leaving, run out or not', async () => {
      const head = await createHead(world, { leaving: marks(MOST_LEAVING) });
      expect(await remove(world, 'alice', 'bob')).toEqual({ taken: false, head });
      expect(await remove(world, 'bob', 'bob')).toEqual({ taken: false, head });
      expect(await world.store.getHead(world.id)).toEqual(head);
    });

    it('is to be had for the last one that there is room for, and for each that has a mark', async () => {
      await createHead(world, { leaving: marks(MOST_LEAVING - 1) });
      expect(await remove(world, 'alice', 'bob')).toMatchObject({ taken: true });
      expect(await remove(world, 'alice', 'bob')).toMatchObject({ taken: true });
      expect(await remove(world, 'alice', 'leaver-0')).toMatchObject({ taken: true });
      expect(await remove(world, 'alice', 'carol')).toMatchObject({ taken: false });
      expect(await world.store.getHead(world.id)).toMatchObject({
        seq: 3,
        leaving: { ...marks(MOST_LEAVING - 1), 'leaver-0': UNTIL, bob: UNTIL },
      });
    });

    it('is never given twice, and never leaves more marks than there is room for', async () => {
      await createHead(world);
      const taken = await Promise.all(
        Array.from({ length: 20 }, (_, n) => remove(world, 'alice', `user-${n}`)),
      );
      const numbers = taken.flatMap((one) => (one.taken ? [one.head.seq] : []));
      expect(numbers.toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      const marked = taken.flatMap((one, n) => (one.taken ? [[`user-${n}`, UNTIL] as const] : []));
      expect(await world.store.getHead(world.id)).toMatchObject({
        seq: MOST_LEAVING,
        leaving: Object.fromEntries(marked),
      });
    });

    it('lets through one of two who remove each other at once', async () => {
      await createHead(world);
      const taken = await Promise.all([
        remove(world, 'alice', 'bob'),
        remove(world, 'bob', 'alice'),
      ]);
      expect(taken.filter((one) => one.taken)).toHaveLength(1);
      const removed = taken[0].taken ? 'bob' : 'alice';
      expect(await world.store.getHead(world.id)).toMatchObject({
        seq: 1,
        leaving: { [removed]: UNTIL },
      });
    });

    it('is to be had for a user of any name', async () => {
      await createHead(world);
      const names = ['__proto__', 'constructor', '#.:[0]', 'x'.repeat(255)];
      for (const name of names) {
        expect(await remove(world, 'alice', name)).toMatchObject({ taken: true });
        expect(await world.store.takeNumber(world.id, name, NOW)).toMatchObject({ taken: false });
      }
      expect(await marksOf(world)).toEqual(new Map(names.map((name) => [name, UNTIL])));
    });
  });

  describe('a mark', () => {
    it('is taken off, and its user gets numbers again', async () => {
      const head = await createHead(world, { leaving: { bob: UNTIL, carol: UNTIL } });
      await world.store.clearLeaving(world.id, 'bob', UNTIL);
      expect(await world.store.getHead(world.id)).toEqual({ ...head, leaving: { carol: UNTIL } });
      expect(await world.store.takeNumber(world.id, 'bob', NOW)).toMatchObject({ taken: true });
    });

    it('is taken off one after the other, until there is none, and once more', async () => {
      const head = await createHead(world, { leaving: { bob: UNTIL } });
      await world.store.clearLeaving(world.id, 'bob', UNTIL);
      await world.store.clearLeaving(world.id, 'bob', UNTIL);
      expect(await world.store.getHead(world.id)).toEqual({ ...head, leaving: {} });
      expect(await remove(world, 'alice', 'bob')).toMatchObject({ taken: true });
    });

    it('makes room for another', async () => {
      await createHead(world, { leaving: marks(MOST_LEAVING) });
      await world.store.clearLeaving(world.id, 'leaver-3', UNTIL - 1);
      expect(await remove(world, 'alice', 'bob')).toMatchObject({ taken: true });
    });

    it.each([UNTIL - 1, UNTIL + 1])('stays if it says something else than %d', async (until) => {
      const head = await createHead(world, { leaving: { bob: UNTIL } });
      await world.store.clearLeaving(world.id, 'bob', until);
      expect(await world.store.getHead(world.id)).toEqual(head);
    });

    it('stays if another one’s is taken off', async () => {
      const head = await createHead(world, { leaving: { bob: UNTIL } });
      await world.store.clearLeaving(world.id, 'carol', UNTIL);
      expect(await world.store.getHead(world.id)).toEqual(head);
    });

    it('cannot be taken off where there is no head, and none is made', async () => {
      await world.store.clearLeaving(world.id, 'bob', UNTIL);
      expect(await world.store.getHead(world.id)).toBeUndefined();
    });

    it('is taken off for a user of any name', async () => {
      await createHead(world);
      for (const name of ['__proto__', 'constructor', '#.:[0]', 'x'.repeat(255)]) {
        await remove(world, 'alice', name);
        await world.store.clearLeaving(world.id, name, UNTIL);
      }
      expect(await marksOf(world)).toEqual(new Map());
    });

    it('is either the old one’s or the new one’s if a removal comes while it is taken off', async () => {
      await createHead(world, { leaving: { bob: UNTIL } });
      await Promise.all([
        world.store.clearLeaving(world.id, 'bob', UNTIL),
        remove(world, 'alice', 'bob', UNTIL + 1),
      ]);
      expect(await marksOf(world)).toEqual(new Map([['bob', UNTIL + 1]]));
    });
  });

  describe('a conversation', () => {
    it('closes after its last number, and gives no other', async () => {
      const head = await createHead(world, { seq: 7, leaving: { alice: UNTIL } });
      expect(await world.store.close(world.id, 7)).toBe(true);
      const closed = { ...head, closed: true };
      expect(await world.store.getHead(world.id)).toEqual(closed);
      expect(await world.store.takeNumber(world.id, 'bob', NOW)).toEqual({
        taken: false,
        head: closed,
      });
    });

    it.each([6, 8])('does not close after another number (%d of 7)', async (seq) => {
      const head = await createHead(world, { seq: 7 });
      expect(await world.store.close(world.id, seq)).toBe(false);
      expect(await world.store.getHead(world.id)).toEqual(head);
    });

    it('is closed for whoever asks again, by whatever number', async () => {
      const head = await createHead(world, { seq: 7 });
      for (const seq of [7, 7, 6, 8]) {
        expect(await world.store.close(world.id, seq)).toBe(true);
      }
      expect(await world.store.getHead(world.id)).toEqual({ ...head, closed: true });
    });

    it('does not close where there is none, and none is made', async () => {
      expect(await world.store.close(world.id, 0)).toBe(false);
      expect(await world.store.getHead(world.id)).toBeUndefined();
    });

    it('closes, or gives another number, but not both', async () => {
      await createHead(world, { seq: 7 });
      const [closed, ...taken] = await Promise.all([
        world.store.close(world.id, 7),
        ...['alice', 'bob', 'carol'].map((one) => world.store.takeNumber(world.id, one, NOW)),
      ]);
      expect(taken.map((one) => one.taken)).toEqual(Array(3).fill(!closed));
      expect(await world.store.getHead(world.id)).toMatchObject({ closed, seq: closed ? 7 : 10 });
    });
  });
}

function remove(
  world: StoreWorld,
  userId: string,
  leaverId: string,
  until = UNTIL,
): Promise<NumberTaken> {
  return world.store.takeNumberToRemove(world.id, userId, leaverId, NOW, until);
}

/** Every other one has run out. */
function marks(count: number): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`leaver-${n}`, n % 2 === 0 ? NOW - 1 : UNTIL - 1]),
  );
}

async function marksOf(world: StoreWorld): Promise<ReadonlyMap<string, number>> {
  return new Map(Object.entries((await world.store.getHead(world.id))?.leaving ?? {}));
}
