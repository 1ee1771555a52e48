import type { StoreWorld } from './conversation-store.ts';
import { localOf, newId } from './rows.ts';

export function describeIdempotencyRows(world: StoreWorld): void {
  describe('an idempotency row', () => {
    it('is written once; whoever comes later gets the first one', async () => {
      const row = localOf(world.id);
      expect(await world.store.getLocal(world.id, 'alice', row.localId)).toBeUndefined();
      expect(await world.store.putLocal(row)).toBeUndefined();
      const later = localOf(world.id, { hash: 'other', outcome: { refused: 'not_found' } });
      expect(await world.store.putLocal(later)).toEqual(row);
      expect(await world.store.getLocal(world.id, 'alice', row.localId)).toEqual(row);
    });

    it('is written by one of many who try at once', async () => {
      const rows = Array.from({ length: 10 }, (_, n) =>
        localOf(world.id, { outcome: { seq: n + 1, timestamp: n } }),
      );
      const answers = await Promise.all(rows.map((row) => world.store.putLocal(row)));
      const won = rows.filter((_, n) => answers[n] === undefined);
      expect(won).toHaveLength(1);
      expect(answers.filter((answer) => answer !== undefined)).toEqual(Array(9).fill(won[0]));
    });

    it.each(['not_found', 'forbidden', 'message_not_found'] as const)(
      'may hold the refusal %s',
      async (refused) => {
        const row = localOf(world.id, { outcome: { refused } });
        await world.store.putLocal(row);
        expect(await world.store.getLocal(world.id, row.senderId, row.localId)).toEqual(row);
      },
    );

    it('belongs to one sender in one conversation', async () => {
      await world.store.putLocal(localOf(world.id));
      for (const row of [localOf(world.id, { senderId: 'bob' }), localOf(newId('g'))]) {
        expect(await world.store.putLocal(row)).toBeUndefined();
      }
    });

    it('keeps apart names with every character that a name may have', async () => {
      const names = ['a#b', 'a', 'b#c', '#', 'LOCAL#x', '\u007e\u0021'];
      for (const senderId of names) {
        for (const localId of names) {
          const row = localOf(world.id, { senderId, localId });
          expect(await world.store.putLocal(row)).toBeUndefined();
          expect(await world.store.getLocal(world.id, senderId, localId)).toEqual(row);
        }
      }
    });

    it('moves from the place that it stands at', async () => {
      await world.store.putLocal(localOf(world.id));
      const moved = localOf(world.id, {
        outcome: { seq: 9, timestamp: 99 },
        expiresAt: 1_800_000_000,
      });
      expect(await world.store.moveLocal(moved, 7)).toEqual({ moved: true });
      expect(await world.store.getLocal(world.id, 'alice', moved.localId)).toEqual(moved);
    });

    it('moves from its place to a refusal, which no longer has one', async () => {
      await world.store.putLocal(localOf(world.id));
      const refused = localOf(world.id, { outcome: { refused: 'not_found' } });
      expect(await world.store.moveLocal(refused, 7)).toEqual({ moved: true });
      expect(await world.store.getLocal(world.id, 'alice', refused.localId)).toEqual(refused);
    });

    it('does not move from another place, nor from a refusal', async () => {
      const row = localOf(world.id);
      await world.store.putLocal(row);
      const next = localOf(world.id, { outcome: { seq: 9, timestamp: 99 } });
      expect(await world.store.moveLocal(next, 8)).toEqual({ moved: false, row });
      const refused = localOf(world.id, { localId: 'refused', outcome: { refused: 'forbidden' } });
      await world.store.putLocal(refused);
      expect(await world.store.moveLocal({ ...next, localId: 'refused' }, 7)).toEqual({
        moved: false,
        row: refused,
      });
    });

    it('does not move where there is none, and none is made', async () => {
      const row = localOf(world.id);
      expect(await world.store.moveLocal(row, 7)).toEqual({ moved: false });
      expect(await world.store.getLocal(world.id, 'alice', row.localId)).toBeUndefined();
    });
  });
}
