import type { Change, Head, NumberTaken } from '../../lambdas/core/ports.ts';
import type { StoreWorld } from './conversation-store.ts';
import { headOf, newId } from './rows.ts';

export function describeHeads(world: StoreWorld): void {
  describe('the head', () => {
    it('is not there until it was created', async () => {
      expect(await world.store.getHead(world.id)).toBeUndefined();
    });

    it('comes back as it was created', async () => {
      const leaving = [['user|1', 1_767_000_000_000] as const, ['__proto__', 5] as const];
      const head = await createHead(world, {
        name: 'Größe “7” 🙂',
        kind: 'group',
        closed: true,
        seq: 999_999_999_999,
        history: 'all',
        leaving: Object.fromEntries(leaving),
      });
      expect(await world.store.getHead(world.id)).toEqual(head);
      const marks = (await world.store.getHead(world.id))?.leaving ?? {};
      expect(new Map(Object.entries(marks))).toEqual(new Map(leaving));
    });

    it('comes back without a name if it has none', async () => {
      const head = await createHead(world, { kind: 'direct' });
      expect(await world.store.getHead(world.id)).toStrictEqual(head);
    });
  });

  describe('many heads', () => {
    it('are found by conversation; those that do not exist are not among them', async () => {
      const head = await createHead(world);
      const other = newId('g');
      const batch = await world.store.getHeads([world.id, other], 'consistent');
      expect([...batch.found]).toEqual([[world.id, head]]);
      expect(batch.unprocessed).toEqual([]);
    });

    it('may be asked for eventually consistent', async () => {
      const batch = await world.store.getHeads([newId('g')], 'eventual');
      expect(batch).toEqual({ found: new Map(), unprocessed: [] });
    });

    it('may be none', async () => {
      expect(await world.store.getHeads([], 'consistent')).toEqual({
        found: new Map(),
        unprocessed: [],
      });
    });

    it('may be asked for twice in one batch', async () => {
      const head = await createHead(world);
      const batch = await world.store.getHeads([world.id, world.id], 'consistent');
      expect([...batch.found]).toEqual([[world.id, head]]);
    });

    it('may be a hundred', async () => {
      const ids = Array.from({ length: 100 }, () => newId('g'));
      const changes = ids.map((one): Change => ({ kind: 'create_head', head: headOf(one) }));
      expect(await world.store.commit(changes)).toEqual({ committed: true });
      const found = new Set<string>();
      let left: readonly string[] = ids;
      while (left.length > 0) {
        const batch = await world.store.getHeads(left, 'consistent');
        for (const one of batch.found.keys()) found.add(one);
        expect(batch.unprocessed.length).toBeLessThan(left.length);
        left = batch.unprocessed;
      }
      expect(found).toEqual(new Set(ids));
    });
  });

  describe('the last number', () => {
    it('is one more than the last, and nobody gets another', async () => {
      const head = await createHead(world, { seq: 41 });
      const taken = await world.store.takeLastNumber(world.id, 'alice', 5);
      const closing = { ...head, seq: 42, takenAt: 5, closing: 42 };
      expect(taken).toEqual({ taken: true, head: closing });
      const refused = { taken: false, head: closing };
      expect(await world.store.takeLastNumber(world.id, 'bob', 6)).toEqual(refused);
      expect(await world.store.takeNumber(world.id, 'bob', 6)).toEqual(refused);
      expect(await world.store.takeNumberToRemove(world.id, 'bob', 'eve', 6, 9)).toEqual(refused);
      expect(await world.store.getHead(world.id)).toEqual(closing);
    });

    it('is not to be had where there is no head, it is closed, or the user is leaving', async () => {
      expect(await world.store.takeLastNumber(world.id, 'alice', 5)).toEqual({ taken: false });
      const head = await createHead(world, { leaving: { alice: 1_000 } });
      const refused = { taken: false, head };
      expect(await world.store.takeLastNumber(world.id, 'alice', 999)).toEqual(refused);
      expect(await world.store.close(world.id, head.seq)).toBe(true);
      const closed = { taken: false, head: { ...head, closed: true } };
      expect(await world.store.takeLastNumber(world.id, 'bob', 999)).toEqual(closed);
    });

    it('is not the last any more once it is reopened', async () => {
      const head = await createHead(world, { seq: 1 });
      await world.store.takeLastNumber(world.id, 'alice', 5);
      await world.store.reopen(world.id, 1);
      expect(await world.store.getHead(world.id)).toHaveProperty('closing', 2);
      await world.store.reopen(world.id, 2);
      expect(await world.store.getHead(world.id)).toEqual({ ...head, seq: 2, takenAt: 5 });
      expect(await world.store.takeNumber(world.id, 'bob', 6)).toMatchObject({ taken: true });
      await world.store.reopen(world.id, 2);
      await world.store.reopen(`${world.id}x`, 2);
      expect(await world.store.getHead(`${world.id}x`)).toBeUndefined();
    });

    it('stays the last of what is closed', async () => {
      await createHead(world, { seq: 1 });
      await world.store.takeLastNumber(world.id, 'alice', 5);
      expect(await world.store.close(world.id, 2)).toBe(true);
      await world.store.reopen(world.id, 2);
      expect(await world.store.getHead(world.id)).toMatchObject({ closed: true, closing: 2 });
    });
  });

  describe('a number', () => {
    it('is one more than the last, and its time is kept', async () => {
      const head = await createHead(world, { seq: 41 });
      const taken = await world.store.takeNumber(world.id, 'alice', 1_767_323_045_999);
      const next = { ...head, seq: 42, takenAt: 1_767_323_045_999 };
      expect(taken).toEqual({ taken: true, head: next });
      expect(await world.store.getHead(world.id)).toEqual(next);
    });

    it('is never given twice, however many ask at once', async () => {
      await createHead(world);
      const taken = await Promise.all(
        Array.from({ length: 25 }, (_, n) => world.store.takeNumber(world.id, `user-${n}`, 5)),
      );
      const numbers = taken.map((one) => (one.taken ? one.head.seq : undefined));
      expect(new Set(numbers)).toEqual(new Set(Array.from({ length: 25 }, (_, n) => n + 1)));
    });

    it('is not to be had where there is no head, and makes none', async () => {
      expect(await world.store.takeNumber(world.id, 'alice', 5)).toEqual({ taken: false });
      expect(await world.store.getHead(world.id)).toBeUndefined();
    });

    it('is not to be had once the conversation is closed', async () => {
      const head = await createHead(world, { closed: true });
      expect(await world.store.takeNumber(world.id, 'alice', 5)).toEqual({ taken: false, head });
      expect(await world.store.getHead(world.id)).toEqual(head);
    });

    it('is not to be had by a user who is leaving, but by the others', async () => {
      const head = await createHead(world, { leaving: { alice: 1_000 } });
      expect(await world.store.takeNumber(world.id, 'alice', 999)).toEqual({ taken: false, head });
      expect(await world.store.takeNumber(world.id, 'bob', 999)).toMatchObject({ taken: true });
    });

    it('is to be had again once the mark has run out', async () => {
      await createHead(world, { leaving: { alice: 1_000 } });
      const taken: NumberTaken = await world.store.takeNumber(world.id, 'alice', 1_000);
      expect(taken).toMatchObject({ taken: true, head: { seq: 1 } });
    });

    it('is to be had by a user of any name', async () => {
      await createHead(world);
      for (const userId of ['__proto__', 'constructor', '#.:[0]', 'x'.repeat(255)]) {
        expect(await world.store.takeNumber(world.id, userId, 5)).toMatchObject({ taken: true });
      }
    });
  });

  describe('the fan-out cursor', () => {
    it('only ever goes up', async () => {
      const head = await createHead(world, { seq: 9 });
      await world.store.advanceFanOut(world.id, 5);
      await world.store.advanceFanOut(world.id, 3);
      await world.store.advanceFanOut(world.id, 5);
      expect(await world.store.getHead(world.id)).toEqual({ ...head, fanOutSeq: 5 });
    });

    it('makes no head where there is none', async () => {
      await world.store.advanceFanOut(world.id, 5);
      expect(await world.store.getHead(world.id)).toBeUndefined();
    });
  });
}

/** A head of the test’s own conversation. */
export async function createHead(world: StoreWorld, changes: Partial<Head> = {}): Promise<Head> {
  const head = headOf(world.id, changes);
  expect(await world.store.commit([{ kind: 'create_head', head }])).toEqual({ committed: true });
  return head;
}
