import type { Change, ConversationStore, Member } from '../../lambdas/core/ports.ts';
import type { StoreWorld } from './conversation-store.ts';
import { memberOf, newId } from './rows.ts';

export function describeMembers(world: StoreWorld): void {
  describe('members', () => {
    it('are found by user', async () => {
      const member = memberOf(world.id, 'alice', {
        role: 'owner',
        stays: [{ joined: 1, left: 4 }, { joined: 9 }],
        lastSeq: 9,
        readSeq: 3,
        deliveredSeq: 5,
        mutedUntil: 1_767_000_000_000,
      });
      await world.store.commit([{ kind: 'create_member', member }]);
      expect(await world.store.getMember(world.id, 'alice')).toStrictEqual(member);
      expect(await world.store.getMember(world.id, 'bob')).toBeUndefined();
    });

    it('are listed in the order of their ids, over as many pages as it takes', async () => {
      const ids = ['zoe', 'Zoe', 'a', '~', '!', '10', '9', '__proto__', 'a#b', 'x'.repeat(255)];
      await join(world, ...ids);
      const listed: string[] = [];
      let after: string | undefined;
      do {
        const page: Awaited<ReturnType<ConversationStore['listMembers']>> =
          await world.store.listMembers(world.id, after);
        listed.push(...page.members.map(({ userId }) => userId));
        after = page.next;
      } while (after !== undefined);
      expect(listed).toEqual(ids.toSorted((one, other) => (one < other ? -1 : 1)));
    });

    it('are listed from after a user, who need not be one', async () => {
      await join(world, 'alice', 'bob', 'carol');
      expect(await idsAfter(world, 'alice')).toEqual(['bob', 'carol']);
      expect(await idsAfter(world, 'bea')).toEqual(['bob', 'carol']);
      expect(await idsAfter(world, 'carol')).toEqual([]);
    });

    it('are listed in pages as small as asked for', async () => {
      await join(world, 'alice', 'bob', 'carol');
      const first = await world.store.listMembers(world.id, undefined, 2);
      expect(first).toMatchObject({ members: [{ userId: 'alice' }, { userId: 'bob' }] });
      const { members } = await world.store.listMembers(world.id, first.next, 2);
      expect([first.next, members.map(({ userId }) => userId)]).toEqual(['bob', ['carol']]);
    });

    it('are none of a conversation that does not exist', async () => {
      expect(await world.store.listMembers(world.id)).toEqual({ members: [] });
    });

    it('are found in many conversations', async () => {
      const [member] = await join(world, 'alice');
      const batch = await world.store.getMemberships('alice', [world.id, newId('g')]);
      expect([...batch.found]).toEqual([[world.id, member]]);
      expect(batch.unprocessed).toEqual([]);
      expect((await world.store.getMemberships('bob', [world.id])).found.size).toBe(0);
      expect((await world.store.getMemberships('bob', [])).found.size).toBe(0);
    });

    it('are found by the ids of many users', async () => {
      const [alice, bob] = await join(world, 'alice', 'bob', 'carol');
      const batch = await world.store.getMembers(world.id, ['bob', 'dave', 'alice']);
      expect(batch).toEqual({
        found: new Map([
          ['alice', alice],
          ['bob', bob],
        ]),
        unprocessed: [],
      });
      expect((await world.store.getMembers(world.id, [])).found.size).toBe(0);
    });
  });
}

async function join(world: StoreWorld, ...userIds: readonly string[]): Promise<readonly Member[]> {
  const members = userIds.map((userId) => memberOf(world.id, userId));
  await world.store.commit(members.map((member): Change => ({ kind: 'create_member', member })));
  return members;
}

async function idsAfter(world: StoreWorld, userId: string): Promise<readonly string[]> {
  const { members } = await world.store.listMembers(world.id, userId);
  return members.map((member) => member.userId);
}
