import { eachLimited } from '../../lambdas/core/each-limited.ts';
import type { UserConversation, UserStore } from '../../lambdas/core/ports.ts';
import { describeActions } from './actions.ts';
import type { Stores } from './conversation-store.ts';
import { newId, sessionOf, uploadOf } from './rows.ts';

/** What every implementation of {@link UserStore} must do. */
export function describeUserStore(name: string, start: () => Promise<Stores>): void {
  describe(`the user store ${name}`, () => {
    let stores: Stores;
    let store: UserStore;
    let userId: string;

    beforeAll(async () => {
      stores = await start();
      store = stores.users;
    });

    afterAll(() => stores?.stop());

    beforeEach(() => {
      userId = newId('u');
    });

    async function connectionsOf(id: string): Promise<ReadonlySet<string>> {
      return new Set(
        (await store.getSessions(id, 'consistent')).map(({ connectionId }) => connectionId),
      );
    }

    describe('sessions', () => {
      it('are none of a user who was never there', async () => {
        expect(await store.getSessions(userId, 'eventual')).toEqual([]);
      });

      it('come back as they were put, all of them, ended ones too', async () => {
        const one = sessionOf('L0SM9cOFvHcCIhw=', { batch: true, intervalMs: 60_000 });
        const ended = sessionOf('a+b/c=', { leaseEnd: 1, expiresAt: 2 });
        expect(await store.putSession(userId, one)).toEqual([one]);
        const both = await store.putSession(userId, ended);
        expect(new Set(both)).toEqual(new Set([one, ended]));
        expect(new Set(await store.getSessions(userId, 'eventual'))).toEqual(new Set([one, ended]));
      });

      it('are replaced by connection', async () => {
        await store.putSession(userId, sessionOf('one'));
        const renewed = sessionOf('one', { leaseEnd: 9_999_999_999_999 });
        expect(await store.putSession(userId, renewed)).toEqual([renewed]);
      });

      it('have their lease renewed, and nothing else', async () => {
        const session = sessionOf('one', { batch: true });
        const other = sessionOf('two');
        await store.putSession(userId, session);
        await store.putSession(userId, other);
        const lease = { leaseEnd: 9_999_999_999_999, intervalMs: 60_000 };
        expect(await store.renewSession(userId, 'one', lease)).toBe(true);
        const sessions = new Set(await store.getSessions(userId, 'consistent'));
        expect(sessions).toEqual(new Set([{ ...session, ...lease }, other]));
      });

      it('are not made by a renewal', async () => {
        const lease = { leaseEnd: 9_999_999_999_999, intervalMs: 60_000 };
        expect(await store.renewSession(userId, 'one', lease)).toBe(false);
        await store.putSession(userId, sessionOf('two'));
        expect(await store.renewSession(userId, 'one', lease)).toBe(false);
        expect(await connectionsOf(userId)).toEqual(new Set(['two']));
      });

      it('end later if they are told to, and never earlier', async () => {
        const session = sessionOf('one', { expiresAt: 5_000 });
        await store.putSession(userId, session);
        const extended = { ...session, expiresAt: 6_000 };
        expect(await store.extendSession(userId, 'one', 6_000)).toEqual(extended);
        for (const earlier of [6_000, 5_500, 1]) {
          expect(await store.extendSession(userId, 'one', earlier)).toEqual(extended);
        }
        expect(await store.getSessions(userId, 'consistent')).toEqual([extended]);
      });

      it('are not made by a later end', async () => {
        expect(await store.extendSession(userId, 'one', 6_000)).toBeUndefined();
        await store.putSession(userId, sessionOf('two'));
        expect(await store.extendSession(userId, 'one', 6_000)).toBeUndefined();
        expect(await connectionsOf(userId)).toEqual(new Set(['two']));
      });

      it('do not get lost when many connections open at once', async () => {
        const ids = Array.from({ length: 10 }, (_, n) => `connection-${n}`);
        await Promise.all(ids.map((id) => store.putSession(userId, sessionOf(id))));
        expect(await connectionsOf(userId)).toEqual(new Set(ids));
      });

      it('are removed by connection, and no other with it', async () => {
        await store.putSession(userId, sessionOf('one'));
        await store.putSession(userId, sessionOf('two'));
        await store.removeSession(userId, 'one');
        expect(await connectionsOf(userId)).toEqual(new Set(['two']));
      });

      it('may be removed twice, or of a user who was never there', async () => {
        await store.putSession(userId, sessionOf('one'));
        await store.removeSession(userId, 'one');
        await store.removeSession(userId, 'one');
        const stranger = newId('u');
        await store.removeSession(stranger, 'one');
        await store.removeSession(stranger, 'one', 5);
        expect(await store.getSessions(userId, 'eventual')).toEqual([]);
        expect(await store.getSessions(stranger, 'eventual')).toEqual([]);
      });

      it('stay if they were connected later than the one that is meant', async () => {
        await store.putSession(userId, sessionOf('one', { connectedAt: 1_000 }));
        await store.removeSession(userId, 'one', 999);
        expect(await connectionsOf(userId)).toEqual(new Set(['one']));
        await store.removeSession(userId, 'one', 1_000);
        expect(await connectionsOf(userId)).toEqual(new Set());
      });
    });

    describe('sessions of many users', () => {
      it('are found by user; users without any are not among them', async () => {
        const session = sessionOf('one');
        await store.putSession(userId, session);
        const gone = newId('u');
        await store.putSession(gone, sessionOf('two'));
        await store.removeSession(gone, 'two');
        const batch = await store.batchGetSessions([userId, gone, newId('u'), userId]);
        expect([...batch.found]).toEqual([[userId, [session]]]);
        expect(batch.unprocessed).toEqual([]);
      });

      it('may be of nobody, and of a hundred', async () => {
        expect((await store.batchGetSessions([])).found.size).toBe(0);
        const users = Array.from({ length: 100 }, () => newId('u'));
        // Few at once: the clients wait for a second or two, which a busy machine needs for a hundred.
        await eachLimited(users, 8, async (user) => {
          await store.putSession(user, sessionOf(user));
        });
        const found = new Set<string>();
        let left: readonly string[] = users;
        while (left.length > 0) {
          const batch = await store.batchGetSessions(left);
          for (const user of batch.found.keys()) found.add(user);
          expect(batch.unprocessed.length).toBeLessThan(left.length);
          left = batch.unprocessed;
        }
        expect(found).toEqual(new Set(users));
      });
    });

    describeActions(() => ({ store, userId }));

    describe('profiles', () => {
      it('are none of a user who never said anything', async () => {
        expect(await store.batchGetProfiles([userId])).toEqual({
          found: new Map(),
          unprocessed: [],
        });
        expect((await store.batchGetProfiles([])).found.size).toBe(0);
      });

      it('are made once, and changed field by field', async () => {
        const picture = 'https://example.com/a.png';
        const profileNow = async () => (await store.batchGetProfiles([userId])).found.get(userId);
        await store.createProfile(userId, { name: 'Älice' });
        await store.createProfile(userId, { name: 'Bob', picture });
        expect(await profileNow()).toEqual({ name: 'Älice' });
        const both = { name: 'Älice', picture };
        expect(await store.updateProfile(userId, { picture })).toEqual(both);
        expect(await store.updateProfile(userId, { name: null, picture })).toEqual({ picture });
        expect(await store.updateProfile(userId, { name: 'A', picture: null })).toEqual({
          name: 'A',
        });
        expect(await store.updateProfile(userId, { name: null })).toEqual({});
        await store.createProfile(userId, both);
        expect(await profileNow()).toEqual({});
      });

      it('may be empty from the beginning, which is one, too', async () => {
        expect(await store.updateProfile(userId, { name: null })).toEqual({});
        await store.createProfile(userId, { name: 'Alice' });
        expect((await store.batchGetProfiles([userId])).found.get(userId)).toEqual({});
      });
    });

    describe('settings', () => {
      it('are none of a user who has set nothing', async () => {
        expect((await store.batchGetSettings([userId])).found.size).toBe(0);
      });

      it('come back as they were set last, by user, beside the sessions', async () => {
        const other = newId('u');
        await store.putSession(userId, sessionOf('one'));
        for (const readReceipts of [false, true, false])
          await store.updateSettings(userId, { readReceipts });
        await store.updateSettings(other, { readReceipts: true });
        const { found, unprocessed } = await store.batchGetSettings([userId, newId('u'), other]);
        expect(found).toEqual(
          new Map([
            [userId, { readReceipts: false }],
            [other, { readReceipts: true }],
          ]),
        );
        expect(unprocessed).toEqual([]);
        expect(await connectionsOf(userId)).toEqual(new Set(['one']));
        expect((await store.batchGetSettings([])).found.size).toBe(0);
      });
    });

    describe('conversations', () => {
      it('are none of a user who has none, though it has sessions', async () => {
        await store.putSession(userId, sessionOf('one'));
        expect(await store.listConversations(userId, 10)).toEqual({ rows: [] });
      });

      it('come in the order of their ids, page by page', async () => {
        const ids = Array.from({ length: 25 }, (_, n) => `g_${String(n).padStart(2, '0')}`);
        const rows = await join(stores, userId, ...ids);
        const listed: UserConversation[] = [];
        let after: string | undefined;
        do {
          const page: Awaited<ReturnType<UserStore['listConversations']>> =
            await store.listConversations(userId, 10, after);
          expect(page.rows.length).toBeLessThanOrEqual(10);
          listed.push(...page.rows);
          after = page.next;
        } while (after !== undefined);
        expect(listed).toEqual(rows);
      });

      it('go on after one that is no more', async () => {
        await join(stores, userId, 'g_a', 'g_c');
        const { rows } = await store.listConversations(userId, 10, 'g_b');
        expect(rows.map(({ conversationId }) => conversationId)).toEqual(['g_c']);
      });

      it('are removed one by one, those that are not there too', async () => {
        await join(stores, userId, 'g_a', 'g_b');
        await store.removeConversation(userId, 'g_a');
        await store.removeConversation(userId, 'g_a');
        await store.removeConversation(newId('u'), 'g_b');
        const { rows } = await store.listConversations(userId, 10);
        expect(rows.map(({ conversationId }) => conversationId)).toEqual(['g_b']);
      });

      it('are those of one user', async () => {
        await join(stores, userId, 'g_a');
        expect(await store.listConversations(`${userId}0`, 10)).toEqual({ rows: [] });
      });
    });

    describe('blocks', () => {
      it('are there from one side only, however often they are put, until they are deleted', async () => {
        const [other, third] = [newId('u'), newId('u')];
        for (const id of [other, other, third]) await store.putBlock(userId, id);
        const both = [other, third, userId];
        expect(new Set((await store.getBlocked(userId, both)).found.keys())).toEqual(
          new Set([other, third]),
        );
        expect([...(await store.getBlocked(other, both)).found]).toEqual([]);
        expect([...(await store.getBlockers(other, both)).found]).toEqual([[userId, true]]);
        expect([...(await store.getBlockers(userId, both)).found]).toEqual([]);
        for (const id of [other, other]) await store.deleteBlock(userId, id);
        expect([...(await store.getBlocked(userId, both)).found]).toEqual([[third, true]]);
      });

      it('come in the order of their ids, page by page', async () => {
        for (const id of ['c', 'a', 'e', 'b', 'd']) await store.putBlock(userId, id);
        const listed: string[] = [];
        let after: string | undefined;
        do {
          const page: Awaited<ReturnType<UserStore['listBlocked']>> = await store.listBlocked(
            userId,
            2,
            after,
          );
          listed.push(...page.userIds);
          after = page.next;
        } while (after !== undefined);
        expect(listed).toEqual(['a', 'b', 'c', 'd', 'e']);
        expect(await store.listBlocked(newId('u'), 2)).toEqual({ userIds: [] });
      });
    });

    describe('uploads', () => {
      it('come back as they were put, by their ids; others are not among them', async () => {
        const uploads = [uploadOf(newId('a')), uploadOf(newId('a'), { kind: 'voice' })];
        for (const upload of uploads) await store.putUpload(upload);
        const ids = uploads.map(({ attachmentId }) => attachmentId);
        const { found, unprocessed } = await store.getUploads([...ids, newId('a')]);
        expect(unprocessed).toEqual([]);
        expect(new Set(found.values())).toEqual(new Set(uploads));
        expect(new Set(found.keys())).toEqual(new Set(ids));
        expect((await store.getUploads([])).found.size).toBe(0);
      });

      it('are confirmed with their real size, however often', async () => {
        const upload = uploadOf(newId('a'));
        const { attachmentId } = upload;
        await store.putUpload(upload);
        for (const confirmedAt of [7, 9])
          expect(await store.confirmUpload(attachmentId, 6, confirmedAt)).toBe(true);
        const { found } = await store.getUploads([attachmentId]);
        expect(found.get(attachmentId)).toEqual({ ...upload, bytes: 6, confirmedAt: 9 });
      });

      it('are not made by confirming one that nobody asked for', async () => {
        const attachmentId = newId('a');
        expect(await store.confirmUpload(attachmentId, 5, 7)).toBe(false);
        expect((await store.getUploads([attachmentId])).found.size).toBe(0);
      });

      it('are removed, however often', async () => {
        const upload = uploadOf(newId('a'));
        await store.putUpload(upload);
        await store.removeUpload(upload.attachmentId);
        await store.removeUpload(upload.attachmentId);
        expect((await store.getUploads([upload.attachmentId])).found.size).toBe(0);
      });

      it('are no sessions of a user by the same name', async () => {
        await store.putUpload(uploadOf(userId));
        await store.putSession(userId, sessionOf('one'));
        expect(await connectionsOf(userId)).toEqual(new Set(['one']));
        expect((await store.getUploads([userId])).found.get(userId)).toEqual(uploadOf(userId));
      });
    });
  });
}

async function join(
  stores: Stores,
  userId: string,
  ...ids: readonly string[]
): Promise<readonly UserConversation[]> {
  const rows = ids.map((conversationId): UserConversation => ({
    userId,
    conversationId,
    kind: 'group',
  }));
  await stores.conversations.commit(rows.map((row) => ({ kind: 'put_user_conversation', row })));
  return rows;
}
