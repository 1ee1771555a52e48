import type { Reaction } from '../../lambdas/core/ports.ts';
import type { StoreWorld } from './conversation-store.ts';
import { messageOf } from './rows.ts';

function reactionOf(seq: number, changes: Partial<Reaction> = {}): Reaction {
  return { emoji: '👍', userId: 'bob', on: true, seq, ...changes };
}

export function describeReactions(world: StoreWorld): void {
  const set = (reaction: Reaction) => world.store.setReaction(world.id, 1, reaction);

  describe('a reaction', () => {
    it('stands in its message’s row, which is answered, and leaves all else', async () => {
      const message = messageOf(world.id, 1, { replyTo: 'm-1' });
      await world.store.putEvent(message);
      const reactions = [reactionOf(5)];
      expect(await set(reactionOf(5))).toStrictEqual({ ...message, reactions });
      expect(await world.store.getEvent(world.id, 1)).toStrictEqual({ ...message, reactions });
    });

    it('stands beside those of others, and one’s other ones, by their numbers', async () => {
      await world.store.putEvent(messageOf(world.id, 1));
      const all = [
        reactionOf(3),
        reactionOf(4, { emoji: '🏳️‍🌈' }),
        reactionOf(5, { userId: 'carol' }),
        reactionOf(6, { userId: 'constructor', emoji: '__proto__' }),
      ];
      for (const reaction of all.toReversed()) await set(reaction);
      expect(await world.store.getEvent(world.id, 1)).toMatchObject({ reactions: all });
    });

    it('is what the latest event made of it, whichever is written last', async () => {
      await world.store.putEvent(messageOf(world.id, 1));
      const off = reactionOf(7, { on: false });
      await set(reactionOf(5));
      expect(await set(off)).toMatchObject({ reactions: [off] });
      expect(await set(reactionOf(6))).toMatchObject({ reactions: [off] });
      expect(await set(reactionOf(8))).toMatchObject({ reactions: [reactionOf(8)] });
      expect(await set(off)).toMatchObject({ reactions: [reactionOf(8)] });
    });

    it('may be set again', async () => {
      await world.store.putEvent(messageOf(world.id, 1));
      for (const on of [true, false]) {
        await set(reactionOf(5, { on }));
        expect(await set(reactionOf(5, { on }))).toMatchObject({ reactions: [{ on }] });
      }
    });

    it('makes nothing where there is no message', async () => {
      expect(await set(reactionOf(5))).toBeUndefined();
      expect(await world.store.getEvent(world.id, 1)).toBeUndefined();
      const hole = { type: 'void', conversationId: world.id, seq: 1, timestamp: 1 } as const;
      await world.store.putEvent(hole);
      expect(await set(reactionOf(5))).toBeUndefined();
      expect(await world.store.getEvent(world.id, 1)).toEqual(hole);
    });

    it('gets lost in no crowd', async () => {
      await world.store.putEvent(messageOf(world.id, 1));
      const crowd = Array.from({ length: 25 }, (_, at) =>
        reactionOf(at + 2, { userId: `user-${at}` }),
      );
      await Promise.all(crowd.map(set));
      expect(await world.store.getEvent(world.id, 1)).toMatchObject({ reactions: crowd });
    });
  });
}
