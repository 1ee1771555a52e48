import type { Committed, Info } from '../../lambdas/core/ports.ts';
import type { StoreWorld } from './conversation-store.ts';
import { createHead } from './heads.ts';
import { infoOf } from './rows.ts';

export function describeInfo(world: StoreWorld): void {
  describe('what members can change of a group', () => {
    it('is not there until somebody has changed it', async () => {
      expect(await world.store.getInfo(world.id)).toBeUndefined();
    });

    it('comes back as it was put', async () => {
      const full = infoOf(world.id, {
        name: 'Größe “7” 🙂',
        history: 'all',
        picture: 'https://example.com/p.png',
        description: 'Line one\nline two',
      });
      expect(await put(world, full)).toEqual({ committed: true });
      expect(await world.store.getInfo(world.id)).toEqual(full);
      const bare = infoOf(world.id, { lastSeq: 3 });
      expect(await put(world, bare, 2)).toEqual({ committed: true });
      expect(await world.store.getInfo(world.id)).toStrictEqual(bare);
    });

    it.each([
      ['somebody was first', undefined],
      ['it has changed since it was read', 1],
      ['a later one is claimed', 3],
    ])('stays as it is if %s', async (_name, previousSeq) => {
      await put(world, infoOf(world.id));
      const other = infoOf(world.id, { name: 'Other', lastSeq: 9 });
      const refused = { committed: false, failures: ['condition'] };
      expect(await put(world, other, previousSeq)).toEqual(refused);
      expect(await world.store.getInfo(world.id)).toEqual(infoOf(world.id));
    });

    it('is not made by a change of what was never there', async () => {
      expect(await put(world, infoOf(world.id), 1)).toMatchObject({ committed: false });
      expect(await world.store.getInfo(world.id)).toBeUndefined();
    });
  });

  describe('what the head shows of it', () => {
    it('is its name and history, and nothing else changes', async () => {
      const head = await createHead(world, { name: 'Before', seq: 5, leaving: { bob: 9 } });
      const info = infoOf(world.id, {
        name: 'After',
        history: 'all',
        lastSeq: 4,
        picture: 'https://a',
      });
      await world.store.showInfo(info);
      const shown = { ...head, name: 'After', history: 'all', infoSeq: 4 };
      expect(await world.store.getHead(world.id)).toEqual(shown);
    });

    it('is that of the latest, whatever the order in which they come', async () => {
      const head = await createHead(world, { seq: 9 });
      for (const lastSeq of [4, 6, 5, 6, 2])
        await world.store.showInfo(infoOf(world.id, { name: `as of ${lastSeq}`, lastSeq }));
      expect(await world.store.getHead(world.id)).toEqual({ ...head, name: 'as of 6', infoSeq: 6 });
    });

    it('makes no head where there is none', async () => {
      await world.store.showInfo(infoOf(world.id));
      expect(await world.store.getHead(world.id)).toBeUndefined();
    });
  });
}

function put(world: StoreWorld, info: Info, previousSeq?: number): Promise<Committed> {
  const since = previousSeq !== undefined && { previousSeq };
  return world.store.commit([{ kind: 'put_info', info, ...since }]);
}
