import type { Change } from '../../lambdas/core/ports.ts';
import type { StoreWorld } from './conversation-store.ts';
import { headOf, memberOf, messageOf, newId } from './rows.ts';

export function describeTransactions(world: StoreWorld): void {
  describe('a transaction', () => {
    it('does all of it', async () => {
      const userId = newId('u');
      const head = headOf(world.id, { seq: 1 });
      const member = memberOf(world.id, userId, { role: 'owner' });
      const row = { userId, conversationId: world.id, kind: 'direct', peerId: 'bob' } as const;
      expect(
        await world.store.commit([
          { kind: 'create_head', head },
          { kind: 'create_owners', conversationId: world.id, owners: [userId, 'bob'] },
          { kind: 'create_member', member },
          { kind: 'put_event', event: messageOf(world.id, 1) },
          { kind: 'put_user_conversation', row },
        ]),
      ).toEqual({ committed: true });
      expect(await world.store.getHead(world.id)).toEqual(head);
      expect(await world.store.getMember(world.id, userId)).toEqual(member);
      expect(await world.store.getEvent(world.id, 1)).toEqual(messageOf(world.id, 1));
      expect(await world.users.listConversations(userId, 10)).toEqual({ rows: [row] });
    });

    it.each<[string, (conversationId: string) => Change]>([
      [
        'a head that is there',
        (one) => ({ kind: 'create_head', head: headOf(one, { epoch: 'other' }) }),
      ],
      [
        'owners that are there',
        (one) => ({ kind: 'create_owners', conversationId: one, owners: ['bob'] }),
      ],
      [
        'a member that is there',
        (one) => ({ kind: 'create_member', member: memberOf(one, 'alice', { lastSeq: 9 }) }),
      ],
      [
        'a slot that is filled',
        (one) => ({ kind: 'put_event', event: messageOf(one, 1, { content: 'other' }) }),
      ],
      [
        'a member row that changed since it was read',
        (one) => ({
          kind: 'replace_member',
          member: memberOf(one, 'alice', { lastSeq: 9 }),
          previousSeq: 2,
        }),
      ],
      [
        'a member row that is not there',
        (one) => ({
          kind: 'replace_member',
          member: memberOf(one, 'bob', { lastSeq: 9 }),
          previousSeq: 1,
        }),
      ],
    ])('does nothing of it, and names the part, for %s', async (_name, change) => {
      const before: Change[] = [
        { kind: 'create_head', head: headOf(world.id) },
        { kind: 'create_owners', conversationId: world.id, owners: ['alice'] },
        { kind: 'create_member', member: memberOf(world.id, 'alice') },
        { kind: 'put_event', event: messageOf(world.id, 1) },
      ];
      await world.store.commit(before);
      const userId = newId('u');
      const row = { userId, conversationId: world.id, kind: 'group' } as const;
      expect(
        await world.store.commit([
          { kind: 'put_event', event: messageOf(world.id, 2) },
          change(world.id),
          { kind: 'put_user_conversation', row },
        ]),
      ).toEqual({ committed: false, failures: [undefined, 'condition', undefined] });
      expect(await world.store.getEvent(world.id, 2)).toBeUndefined();
      expect(await world.store.getEvent(world.id, 1)).toEqual(messageOf(world.id, 1));
      expect(await world.store.getHead(world.id)).toEqual(headOf(world.id));
      expect(await world.store.getMember(world.id, 'alice')).toEqual(memberOf(world.id, 'alice'));
      expect(await world.store.getMember(world.id, 'bob')).toBeUndefined();
      expect(await world.users.listConversations(userId, 10)).toEqual({ rows: [] });
    });

    it('names every part that fails', async () => {
      await world.store.commit([
        { kind: 'create_head', head: headOf(world.id) },
        { kind: 'put_event', event: messageOf(world.id, 1) },
      ]);
      expect(
        await world.store.commit([
          { kind: 'create_head', head: headOf(world.id) },
          { kind: 'put_event', event: messageOf(world.id, 2) },
          { kind: 'put_event', event: messageOf(world.id, 1) },
        ]),
      ).toEqual({ committed: false, failures: ['condition', undefined, 'condition'] });
    });

    it('replaces a member row that still is as it was read', async () => {
      await world.store.commit([{ kind: 'create_member', member: memberOf(world.id, 'alice') }]);
      const member = memberOf(world.id, 'alice', { lastSeq: 5, stays: [{ joined: 1, left: 5 }] });
      expect(
        await world.store.commit([{ kind: 'replace_member', member, previousSeq: 1 }]),
      ).toEqual({
        committed: true,
      });
      expect(await world.store.getMember(world.id, 'alice')).toEqual(member);
    });

    it('leaves what a member’s user has written meanwhile: how far it has read, a mute', async () => {
      const written = { readSeq: 4, deliveredSeq: 5, mutedUntil: 1_767_000_000_000 };
      const there = memberOf(world.id, 'alice', written);
      await world.store.commit([{ kind: 'create_member', member: there }]);
      const read = memberOf(world.id, 'alice', { readSeq: 1, role: 'admin', lastSeq: 5 });
      await world.store.commit([{ kind: 'replace_member', member: read, previousSeq: 1 }]);
      expect(await world.store.getMember(world.id, 'alice')).toEqual({ ...read, ...written });
    });

    it('writes a user’s conversation whatever was there', async () => {
      const userId = newId('u');
      const row = { userId, conversationId: world.id, kind: 'group' } as const;
      await world.store.commit([{ kind: 'put_user_conversation', row }]);
      expect(await world.store.commit([{ kind: 'put_user_conversation', row }])).toEqual({
        committed: true,
      });
      expect(await world.users.listConversations(userId, 10)).toEqual({ rows: [row] });
    });

    it('succeeds for one of several that want the same slot at once', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 5 }, (_, n) =>
          world.store.commit([
            { kind: 'put_event', event: messageOf(world.id, 1, { localId: `local-${n}` }) },
            { kind: 'create_member', member: memberOf(world.id, `user-${n}`) },
          ]),
        ),
      );
      expect(outcomes.filter(({ committed }) => committed)).toHaveLength(1);
      const { members } = await world.store.listMembers(world.id);
      const winner = outcomes.findIndex(({ committed }) => committed);
      expect(members.map(({ userId }) => userId)).toEqual([`user-${winner}`]);
    });

    it('takes a hundred changes', async () => {
      const changes = Array.from({ length: 100 }, (_, n): Change => ({
        kind: 'create_member',
        member: memberOf(world.id, `user-${String(n).padStart(3, '0')}`),
      }));
      expect(await world.store.commit(changes)).toEqual({ committed: true });
      expect(await world.store.getMember(world.id, 'user-099')).toBeDefined();
    });

    it.each([0, 101])('refuses %d changes as the mistake that they are', async (count) => {
      const changes = Array.from({ length: count }, (_, n): Change => ({
        kind: 'create_member',
        member: memberOf(world.id, `user-${n}`),
      }));
      await expect(world.store.commit(changes)).rejects.toThrow(/./);
      expect(await world.store.listMembers(world.id)).toEqual({ members: [] });
    });

    it('refuses two changes of one row as the mistake that they are', async () => {
      const change: Change = { kind: 'create_member', member: memberOf(world.id, 'alice') };
      await expect(world.store.commit([change, change])).rejects.toThrow(/./);
      expect(await world.store.getMember(world.id, 'alice')).toBeUndefined();
    });
  });
}
