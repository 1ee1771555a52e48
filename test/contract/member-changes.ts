import type { Change, Committed, UserConversation } from '../../lambdas/core/ports.ts';
import type { StoreWorld } from './conversation-store.ts';
import { memberOf, messageOf, newId } from './rows.ts';

/** The parts of transactions that only member changes have. */
export function describeMemberChanges(world: StoreWorld): void {
  describe('owners', () => {
    it('are none where there are none', async () => {
      expect(await world.store.getOwners(world.id)).toBeUndefined();
    });

    it('are a set: they come back each once, in no order', async () => {
      const owners = ['zoe', '__proto__', 'a#b', 'x'.repeat(255), 'Zoe'];
      await createOwners(world, ...owners);
      const found = (await world.store.getOwners(world.id)) ?? [];
      expect(found.toSorted()).toEqual(owners.toSorted());
    });

    it.each([
      [['alice'], ['bob']],
      [['alice'], ['alice', 'bob']],
      [['alice', 'bob'], ['bob']],
      [['alice'], ['alice']],
    ])('of %j are replaced by %j', async (previous, owners) => {
      await createOwners(world, ...previous);
      expect(await replaceOwners(world, previous, owners)).toEqual({ committed: true });
      expect(await ownersOf(world)).toEqual(owners);
    });

    it('are replaced whatever the order in which they were read', async () => {
      await createOwners(world, 'alice', 'bob', 'carol');
      expect(await replaceOwners(world, ['carol', 'alice', 'bob'], ['carol', 'alice'])).toEqual({
        committed: true,
      });
      expect(await replaceOwners(world, ['alice', 'carol'], ['dave'])).toEqual({ committed: true });
      expect(await ownersOf(world)).toEqual(['dave']);
    });

    it.each([
      ['fewer', ['alice']],
      ['more', ['alice', 'bob', 'carol']],
      ['others', ['alice', 'carol']],
    ])('stay as they are if those read were %s', async (_name, previous) => {
      await createOwners(world, 'alice', 'bob');
      expect(await replaceOwners(world, previous, ['alice'])).toEqual({
        committed: false,
        failures: ['condition'],
      });
      expect(await ownersOf(world)).toEqual(['alice', 'bob']);
    });

    it('are not replaced where there are none, and none are made', async () => {
      expect(await replaceOwners(world, ['alice'], ['bob'])).toMatchObject({ committed: false });
      expect(await world.store.getOwners(world.id)).toBeUndefined();
    });

    it('are not replaced again by a repeated change', async () => {
      await createOwners(world, 'alice', 'bob');
      await replaceOwners(world, ['alice', 'bob'], ['bob']);
      expect(await replaceOwners(world, ['alice', 'bob'], ['bob'])).toMatchObject({
        committed: false,
      });
      expect(await ownersOf(world)).toEqual(['bob']);
    });

    it('are never none: two who leave at once do not both succeed', async () => {
      await createOwners(world, 'alice', 'bob');
      const outcomes = await Promise.all([
        decided(() => replaceOwners(world, ['alice', 'bob'], ['bob'])),
        decided(() => replaceOwners(world, ['bob', 'alice'], ['alice'])),
      ]);
      expect(outcomes.filter(({ committed }) => committed)).toHaveLength(1);
      expect(await ownersOf(world)).toEqual(outcomes[0].committed ? ['bob'] : ['alice']);
    });

    it('refuse to be none as the mistake that it is', async () => {
      await createOwners(world, 'alice');
      await expect(replaceOwners(world, ['alice'], [])).rejects.toThrow(/./);
      expect(await ownersOf(world)).toEqual(['alice']);
    });
  });

  describe('a member that is looked at in a transaction', () => {
    it('stays as it is, and lets the rest through if it still is as it was read', async () => {
      await createMember(world, 'alice', 4);
      expect(await checkAndPut(world, 'alice', 4)).toEqual({ committed: true });
      expect(await world.store.getMember(world.id, 'alice')).toEqual(
        memberOf(world.id, 'alice', { lastSeq: 4 }),
      );
      expect(await world.store.getEvent(world.id, 9)).toEqual(messageOf(world.id, 9));
    });

    it.each([3, 5])('cancels all of it if %d was read, and 4 it is', async (lastSeq) => {
      await createMember(world, 'alice', 4);
      expect(await checkAndPut(world, 'alice', lastSeq)).toEqual({
        committed: false,
        failures: ['condition', undefined],
      });
      expect(await world.store.getEvent(world.id, 9)).toBeUndefined();
    });

    it('cancels all of it if it is not there', async () => {
      await createMember(world, 'alice', 4);
      expect(await checkAndPut(world, 'bob', 4)).toEqual({
        committed: false,
        failures: ['condition', undefined],
      });
      expect(await world.store.getEvent(world.id, 9)).toBeUndefined();
      expect(await world.store.getMember(world.id, 'bob')).toBeUndefined();
    });

    it('is removed, or removes another, if two look at and remove each other at once', async () => {
      await createMember(world, 'alice', 1);
      await createMember(world, 'bob', 1);
      const outcomes = await Promise.all([
        decided(() => world.store.commit(removal(world, 'alice', 'bob', 2))),
        decided(() => world.store.commit(removal(world, 'bob', 'alice', 3))),
      ]);
      expect(outcomes.filter(({ committed }) => committed)).toHaveLength(1);
      const members = ['alice', 'bob'].map((one) => world.store.getMember(world.id, one));
      const lastSeqs = (await Promise.all(members)).map((member) => member?.lastSeq);
      expect(lastSeqs).toEqual(outcomes[0].committed ? [1, 2] : [3, 1]);
    });
  });

  describe('a user’s conversation', () => {
    it('is deleted with the rest, whether it is there or not, and no other', async () => {
      const userId = newId('u');
      const other = newId('u');
      const kept = [rowOf(userId, `${world.id}0`), rowOf(other, world.id)] as const;
      await world.store.commit(
        [rowOf(userId, world.id), ...kept].map((one) => ({
          kind: 'put_user_conversation',
          row: one,
        })),
      );
      for (const seq of [1, 2]) {
        expect(
          await world.store.commit([
            { kind: 'put_event', event: messageOf(world.id, seq) },
            { kind: 'delete_user_conversation', userId, conversationId: world.id },
          ]),
        ).toEqual({ committed: true });
        expect(await world.users.listConversations(userId, 10)).toEqual({ rows: [kept[0]] });
      }
      expect(await world.users.listConversations(other, 10)).toEqual({ rows: [kept[1]] });
    });

    it('stays if another part fails', async () => {
      const userId = newId('u');
      const row = rowOf(userId, world.id);
      await world.store.commit([{ kind: 'put_user_conversation', row }]);
      expect(
        await world.store.commit([
          { kind: 'delete_user_conversation', userId, conversationId: world.id },
          { kind: 'check_member', conversationId: world.id, userId, lastSeq: 1 },
        ]),
      ).toEqual({ committed: false, failures: [undefined, 'condition'] });
      expect(await world.users.listConversations(userId, 10)).toEqual({ rows: [row] });
    });
  });

  describe('two changes of one row', () => {
    it.each<[string, (conversationId: string) => readonly Change[]]>([
      [
        'looked at and replaced',
        (one) => [
          { kind: 'check_member', conversationId: one, userId: 'alice', lastSeq: 1 },
          { kind: 'replace_member', member: memberOf(one, 'alice'), previousSeq: 1 },
        ],
      ],
      [
        'owners replaced twice',
        (one) => [
          { kind: 'replace_owners', conversationId: one, owners: ['bob'], previous: ['alice'] },
          { kind: 'replace_owners', conversationId: one, owners: ['carol'], previous: ['alice'] },
        ],
      ],
      [
        'a user’s conversation written and deleted',
        (one) => [
          {
            kind: 'put_user_conversation',
            row: { userId: one, conversationId: one, kind: 'group' },
          },
          { kind: 'delete_user_conversation', userId: one, conversationId: one },
        ],
      ],
    ])('are refused as the mistake that they are: %s', async (_name, changes) => {
      await createMember(world, 'alice', 1);
      await createOwners(world, 'alice');
      await expect(world.store.commit(changes(world.id))).rejects.toThrow(/./);
      expect(await ownersOf(world)).toEqual(['alice']);
      expect(await world.users.listConversations(world.id, 10)).toEqual({ rows: [] });
    });
  });
}

/** Repeats a transaction that another one was in the way of: AWS may cancel both of two that meet. */
async function decided(commit: () => Promise<Committed>): Promise<Committed> {
  const outcome = await commit();
  return !outcome.committed && outcome.failures.includes('conflict') ? decided(commit) : outcome;
}

function rowOf(userId: string, conversationId: string): UserConversation {
  return { userId, conversationId, kind: 'group' };
}

async function createOwners(world: StoreWorld, ...owners: readonly string[]): Promise<void> {
  const change: Change = { kind: 'create_owners', conversationId: world.id, owners };
  expect(await world.store.commit([change])).toEqual({ committed: true });
}

function replaceOwners(
  world: StoreWorld,
  previous: readonly string[],
  owners: readonly string[],
): Promise<Committed> {
  const conversationId = world.id;
  return world.store.commit([{ kind: 'replace_owners', conversationId, owners, previous }]);
}

/** In the order of their ids. */
async function ownersOf(world: StoreWorld): Promise<readonly string[] | undefined> {
  return (await world.store.getOwners(world.id))?.toSorted();
}

async function createMember(world: StoreWorld, userId: string, lastSeq: number): Promise<void> {
  const member = memberOf(world.id, userId, { lastSeq });
  expect(await world.store.commit([{ kind: 'create_member', member }])).toEqual({
    committed: true,
  });
}

function checkAndPut(world: StoreWorld, userId: string, lastSeq: number): Promise<Committed> {
  return world.store.commit([
    { kind: 'check_member', conversationId: world.id, userId, lastSeq },
    { kind: 'put_event', event: messageOf(world.id, 9) },
  ]);
}

/** One member ends the stay of another, at `seq`, both as they were created. */
function removal(
  world: StoreWorld,
  userId: string,
  leaverId: string,
  seq: number,
): readonly Change[] {
  const stays = [{ joined: 1, left: seq }];
  return [
    { kind: 'check_member', conversationId: world.id, userId, lastSeq: 1 },
    {
      kind: 'replace_member',
      member: memberOf(world.id, leaverId, { lastSeq: seq, stays }),
      previousSeq: 1,
    },
  ];
}
