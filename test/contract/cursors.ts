import type { Member, MemberCursor } from '../../lambdas/core/ports.ts';
import type { StoreWorld } from './conversation-store.ts';
import { memberOf } from './rows.ts';

/** What a member says of a conversation in its own row: two cursors, a marker, and a mute. */
export function describeCursors(world: StoreWorld): void {
  async function create(changes: Partial<Member> = {}): Promise<Member> {
    const cursors = { readSeq: 3, deliveredSeq: 3, ...changes };
    const member = memberOf(world.id, 'alice', cursors);
    await world.store.commit([{ kind: 'create_member', member }]);
    return member;
  }

  function there(): Promise<Member | undefined> {
    return world.store.getMember(world.id, 'alice');
  }

  /** The member goes, at 5, and comes back, at 8. */
  async function endStay(member: Member): Promise<{ gone: Member; back: () => Promise<Member> }> {
    const gone = { ...member, stays: [{ joined: 1, left: 5 }], lastSeq: 5 };
    await world.store.commit([{ kind: 'replace_member', member: gone, previousSeq: 1 }]);
    const back = { ...gone, stays: [...gone.stays, { joined: 8 }], lastSeq: 8 };
    return {
      gone,
      back: async () => {
        await world.store.commit([{ kind: 'replace_member', member: back, previousSeq: 5 }]);
        return back;
      },
    };
  }

  describe.each<MemberCursor>(['readSeq', 'deliveredSeq'])('a member’s %s', (cursor) => {
    const advance = (member: Member, seq: number) => world.store.advanceCursor(member, cursor, seq);

    it('moves up, and nothing else of the row does', async () => {
      const member = await create({ role: 'admin', mutedUntil: 9 });
      const moved = { ...member, [cursor]: 7 };
      expect(await advance(member, 7)).toEqual({ updated: true, member: moved });
      expect(await there()).toEqual(moved);
    });

    it.each([2, 3])('stays where it is for %d, when it is 3', async (seq) => {
      const member = await create();
      expect(await advance(member, seq)).toEqual({ updated: false, member });
      expect(await there()).toEqual(member);
    });

    it('moves whatever else has changed in the row since it was read', async () => {
      const member = await create();
      const later = { ...member, role: 'owner', lastSeq: 5 } as const;
      await world.store.commit([{ kind: 'replace_member', member: later, previousSeq: 1 }]);
      expect(await advance(member, 7)).toMatchObject({ updated: true });
      expect(await there()).toEqual({ ...later, [cursor]: 7 });
    });

    it('stays where it is once the stay has ended, whether another has begun or not', async () => {
      const member = await create();
      const { gone, back } = await endStay(member);
      expect(await advance(member, 7)).toEqual({ updated: false, member: gone });
      const again = await back();
      expect(await advance(member, 7)).toEqual({ updated: false, member: again });
      expect(await advance(again, 9)).toMatchObject({ updated: true });
    });

    it('is nothing of who never was a member, and makes no row', async () => {
      expect(await advance(memberOf(world.id, 'alice'), 7)).toEqual({ updated: false });
      expect(await there()).toBeUndefined();
    });

    it('is the farthest of many that come at once', async () => {
      const member = await create();
      const outcomes = await Promise.all([9, 4, 12, 7, 5].map((seq) => advance(member, seq)));
      expect(outcomes[2]).toMatchObject({ updated: true });
      expect(await there()).toEqual({ ...member, [cursor]: 12 });
    });
  });

  describe('that a member is writing', () => {
    it('is noted, and noted again once it is as long ago as asked', async () => {
      const member = await create();
      const noted = { ...member, typingAt: 1_000 };
      expect(await world.store.startTyping(member, 1_000, 500)).toEqual({
        updated: true,
        member: noted,
      });
      expect(await world.store.startTyping(member, 1_400, 999)).toEqual({
        updated: false,
        member: noted,
      });
      expect(await world.store.startTyping(member, 1_500, 1_000)).toMatchObject({ updated: true });
      expect(await there()).toEqual({ ...member, typingAt: 1_500 });
    });

    it('ends once, if it is later than asked, and may begin and end again', async () => {
      const member = await create();
      expect(await world.store.stopTyping(member, 0)).toEqual({ updated: false, member });
      await world.store.startTyping(member, 1_000, 0);
      expect(await world.store.stopTyping(member, 1_000)).toMatchObject({ updated: false });
      const ended = { ...member, typingAt: 1_000, typingEnded: 1_000 };
      expect(await world.store.stopTyping(member, 999)).toEqual({ updated: true, member: ended });
      expect(await world.store.stopTyping(member, 999)).toEqual({ updated: false, member: ended });
      await world.store.startTyping(member, 4_000, 1_000);
      expect(await world.store.stopTyping(member, 999)).toMatchObject({ updated: true });
      expect(await there()).toEqual({ ...member, typingAt: 4_000, typingEnded: 4_000 });
    });

    it('is noted once of many that come at once', async () => {
      const member = await create();
      const starts = Array.from({ length: 5 }, () => world.store.startTyping(member, 1_000, 500));
      expect((await Promise.all(starts)).filter(({ updated }) => updated)).toHaveLength(1);
    });

    it('is nothing once the stay has ended', async () => {
      const member = await create({ typingAt: 900 });
      const { gone } = await endStay(member);
      const nothing = { updated: false, member: gone };
      expect(await world.store.startTyping(member, 2_000, 1_000)).toEqual(nothing);
      expect(await world.store.stopTyping(member, 0)).toEqual(nothing);
    });
  });

  describe('a member’s marker of being unread', () => {
    it('is set, set again, and taken away, and no cursor moves with it', async () => {
      const member = await create();
      for (const unreadMark of [5, 6]) {
        const marked = { ...member, unreadMark };
        const result = await world.store.setUnreadMark(member, unreadMark);
        expect(result).toEqual({ updated: true, member: marked });
        expect(await there()).toEqual(marked);
      }
      const result = await world.store.setUnreadMark(member, undefined);
      expect(result).toEqual({ updated: true, member });
      expect(await there()).toEqual(member);
    });

    it('goes with what is read, and not with what is delivered', async () => {
      const member = await create({ unreadMark: 3 });
      await world.store.advanceCursor(member, 'deliveredSeq', 7);
      expect(await there()).toEqual({ ...member, deliveredSeq: 7 });
      await world.store.advanceCursor(member, 'readSeq', 3);
      expect(await there()).toMatchObject({ unreadMark: 3 });
      await world.store.advanceCursor(member, 'readSeq', 6);
      expect(await there()).toEqual(memberOf(world.id, 'alice', { readSeq: 6, deliveredSeq: 7 }));
    });

    it('is not set once the stay has ended, nor of who never was a member', async () => {
      const member = await create();
      const { gone } = await endStay(member);
      expect(await world.store.setUnreadMark(member, 5)).toEqual({ updated: false, member: gone });
      const nobody = memberOf(world.id, 'bob');
      expect(await world.store.setUnreadMark(nobody, 5)).toEqual({ updated: false });
      expect(await world.store.getMember(world.id, 'bob')).toBeUndefined();
    });
  });

  describe('a member’s mute', () => {
    it('is set, set again, and taken away, and nothing else of the row is', async () => {
      const member = await create({ unreadMark: 3 });
      for (const mutedUntil of [9_999_999_999_999, 5]) {
        const muted = { ...member, mutedUntil };
        const result = await world.store.setMutedUntil(member, mutedUntil);
        expect(result).toEqual({ updated: true, member: muted });
        expect(await there()).toEqual(muted);
      }
      const result = await world.store.setMutedUntil(member, undefined);
      expect(result).toEqual({ updated: true, member });
      expect(await there()).toEqual(member);
    });

    it('stays with a change of the row that was under way', async () => {
      const member = await create();
      await world.store.setMutedUntil(member, 9);
      const later = { ...member, role: 'admin', lastSeq: 5 } as const;
      await world.store.commit([{ kind: 'replace_member', member: later, previousSeq: 1 }]);
      expect(await there()).toEqual({ ...later, mutedUntil: 9 });
    });

    it('is not set once the stay has ended, nor of who never was a member', async () => {
      const member = await create();
      const { gone } = await endStay(member);
      expect(await world.store.setMutedUntil(member, 9)).toEqual({ updated: false, member: gone });
      const nobody = memberOf(world.id, 'bob');
      expect(await world.store.setMutedUntil(nobody, 9)).toEqual({ updated: false });
      expect(await world.store.getMember(world.id, 'bob')).toBeUndefined();
    });
  });
}
