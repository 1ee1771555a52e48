import type { Member } from '../../lambdas/core/ports.ts';
import type { StoreWorld } from './conversation-store.ts';
import { memberOf } from './rows.ts';

/** How far a member has read: a cursor in its row. */
export function describeCursors(world: StoreWorld): void {
  async function create(changes: Partial<Member> = {}): Promise<Member> {
    const member = memberOf(world.id, 'alice', { readSeq: 3, ...changes });
    await world.store.commit([{ kind: 'create_member', member }]);
    return member;
  }

  describe('how far a member has read', () => {
    it('moves up, and nothing else of the row does', async () => {
      const member = await create({ role: 'admin', deliveredSeq: 2, mutedUntil: 9 });
      const moved = { ...member, readSeq: 7 };
      expect(await world.store.advanceRead(member, 7)).toEqual({ advanced: true, member: moved });
      expect(await world.store.getMember(world.id, 'alice')).toEqual(moved);
    });

    it.each([2, 3])('stays where it is for %d, when it is 3', async (seq) => {
      const member = await create();
      expect(await world.store.advanceRead(member, seq)).toEqual({ advanced: false, member });
      expect(await world.store.getMember(world.id, 'alice')).toEqual(member);
    });

    it('moves whatever else has changed in the row since it was read', async () => {
      const member = await create();
      const later = { ...member, role: 'owner', lastSeq: 5 } as const;
      await world.store.commit([{ kind: 'replace_member', member: later, previousSeq: 1 }]);
      expect(await world.store.advanceRead(member, 7)).toMatchObject({ advanced: true });
      expect(await world.store.getMember(world.id, 'alice')).toEqual({ ...later, readSeq: 7 });
    });

    it('stays where it is once the stay has ended, whether another has begun or not', async () => {
      const member = await create();
      const gone = { ...member, stays: [{ joined: 1, left: 5 }], lastSeq: 5 };
      await world.store.commit([{ kind: 'replace_member', member: gone, previousSeq: 1 }]);
      expect(await world.store.advanceRead(member, 7)).toEqual({ advanced: false, member: gone });
      const back = { ...gone, stays: [...gone.stays, { joined: 8 }], lastSeq: 8 };
      await world.store.commit([{ kind: 'replace_member', member: back, previousSeq: 5 }]);
      expect(await world.store.advanceRead(member, 7)).toEqual({ advanced: false, member: back });
      expect(await world.store.advanceRead(back, 9)).toMatchObject({ advanced: true });
    });

    it('is nothing of who never was a member, and makes no row', async () => {
      const nobody = memberOf(world.id, 'bob');
      expect(await world.store.advanceRead(nobody, 7)).toEqual({ advanced: false });
      expect(await world.store.getMember(world.id, 'bob')).toBeUndefined();
    });

    it('is the farthest of many that come at once', async () => {
      const member = await create();
      const seqs = [9, 4, 12, 7, 5];
      const outcomes = await Promise.all(seqs.map((seq) => world.store.advanceRead(member, seq)));
      expect(outcomes[2]).toMatchObject({ advanced: true });
      expect(await world.store.getMember(world.id, 'alice')).toEqual({ ...member, readSeq: 12 });
    });
  });
}
