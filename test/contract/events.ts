import { eachLimited } from '../../lambdas/core/each-limited.ts';
import type { EventPage, EventRange, EventRow } from '../../lambdas/core/ports.ts';
import type { StoreWorld } from './conversation-store.ts';
import { memberOf, messageOf, headOf } from './rows.ts';

export function describeEvents(world: StoreWorld): void {
  describe('an event', () => {
    const author = { senderId: 'alice', epoch: 'e1', generation: 1, timestamp: 5 };
    const events: Readonly<Record<string, (conversationId: string) => EventRow>> = {
      'a plain message': (conversationId) => messageOf(conversationId, 1),
      'a message that answers another': (conversationId) =>
        messageOf(conversationId, 1, { replyTo: 'm-1', contentType: 'text/markdown' }),
      'a message of odd characters': (conversationId) =>
        messageOf(conversationId, 1, { content: '\u0000\u001b[31m\r\n\u2028\ufffe\uffff🙂"\\' }),
      'a long message': (conversationId) =>
        messageOf(conversationId, 1, { content: 'ä'.repeat(8_192) }),
      'a creation': (conversationId) => ({
        ...author,
        type: 'conversation_created',
        conversationId,
        seq: 1,
        kind: 'group',
        name: 'Team',
        members: ['alice', 'bob'],
      }),
      'a joining': (conversationId) => ({
        ...author,
        type: 'members_added',
        conversationId,
        seq: 1,
        members: ['carol'],
      }),
      'a removal': (conversationId) => ({
        ...author,
        type: 'member_removed',
        conversationId,
        seq: 1,
        userId: 'bob',
      }),
      'a last owner’s leaving': (conversationId) => ({
        ...author,
        type: 'member_removed',
        conversationId,
        seq: 1,
        userId: 'alice',
        newOwnerId: 'bob',
      }),
      'a role': (conversationId) => ({
        ...author,
        type: 'role_set',
        conversationId,
        seq: 1,
        userId: 'bob',
        role: 'admin',
      }),
      'an edit': (conversationId) => ({
        ...author,
        type: 'message_edited',
        conversationId,
        seq: 1,
        serverId: 'e1.1.1',
      }),
      'a message with reactions': (conversationId) =>
        messageOf(conversationId, 1, {
          reactions: [
            { emoji: '👍', userId: 'bob', on: true, seq: 2 },
            { emoji: '🏳️‍🌈', userId: 'x'.repeat(255), on: false, seq: 3 },
            { emoji: '__proto__', userId: '__proto__', on: true, seq: 4 },
          ],
        }),
      'a reaction': (conversationId) => ({
        ...author,
        type: 'reaction',
        conversationId,
        seq: 1,
        serverId: 'e1.1.1',
        emoji: '👍',
        on: true,
      }),
      'a deletion': (conversationId) => ({
        ...author,
        type: 'message_deleted',
        conversationId,
        seq: 1,
        serverId: 'e1.1.1',
      }),
      'an update': (conversationId) => ({
        ...author,
        type: 'conversation_updated',
        conversationId,
        seq: 1,
        name: 'Crew',
        picture: null,
        description: 'Who\nand what',
        history: 'all',
      }),
      'a deletion of all': (conversationId) => ({
        ...author,
        type: 'conversation_deleted',
        conversationId,
        seq: 1,
      }),
      'a void': (conversationId) => ({ type: 'void', conversationId, seq: 1, timestamp: 5 }),
    };

    it.each(Object.entries(events))('comes back as it was put: %s', async (_name, make) => {
      const event = make(world.id);
      expect(await world.store.putEvent(event)).toBeUndefined();
      expect(await world.store.getEvent(world.id, 1)).toStrictEqual(event);
    });

    it('is written once; whoever comes later gets the first one', async () => {
      await world.store.putEvent(messageOf(world.id, 1));
      const filler: EventRow = { type: 'void', conversationId: world.id, seq: 1, timestamp: 9 };
      expect(await world.store.putEvent(filler)).toEqual(messageOf(world.id, 1));
      expect(await world.store.getEvent(world.id, 1)).toEqual(messageOf(world.id, 1));
      expect(await world.store.getEvent(world.id, 2)).toBeUndefined();
    });

    it('is written by one of many who try at once', async () => {
      const rivals = Array.from({ length: 10 }, (_, n) =>
        messageOf(world.id, 1, { localId: `local-${n}` }),
      );
      const answers = await Promise.all(rivals.map((event) => world.store.putEvent(event)));
      const won = rivals.filter((_, n) => answers[n] === undefined);
      expect(won).toHaveLength(1);
      expect(answers.filter((answer) => answer !== undefined)).toEqual(Array(9).fill(won[0]));
    });
  });

  describe('events by their numbers', () => {
    it('are those that are there, of this conversation', async () => {
      await putEvents(world, 1, 2, 3);
      await world.store.putEvent(messageOf(`${world.id}0`, 4));
      const batch = await world.store.getEvents(world.id, [3, 1, 4, 3]);
      expect(batch.unprocessed).toEqual([]);
      expect(batch.found).toEqual(
        new Map([1, 3].map((seq) => [seq, messageOf(world.id, seq)] as const)),
      );
    });

    it('may be none', async () => {
      expect(await world.store.getEvents(world.id, [])).toEqual({
        found: new Map(),
        unprocessed: [],
      });
    });
  });

  describe('events of a range', () => {
    it('are none where there are none', async () => {
      expect(await list(world, {})).toEqual({ events: [] });
    });

    it('come in their order, both ends included, with holes where nothing is', async () => {
      await putEvents(world, 1, 2, 3, 5, 9, 10, 100);
      const page = await list(world, { from: 2, to: 10 });
      expect(page.events).toEqual([2, 3, 5, 9, 10].map((seq) => messageOf(world.id, seq)));
      expect(page).not.toHaveProperty('next');
    });

    it('come newest first if asked to', async () => {
      await putEvents(world, 1, 2, 3, 5);
      const page = await list(world, { from: 2, to: 5, newestFirst: true });
      expect(page.events.map(({ seq }) => seq)).toEqual([5, 3, 2]);
    });

    it.each([false, true])(
      'stop at the limit, and go on (newest first: %s)',
      async (newestFirst) => {
        const seqs = Array.from({ length: 25 }, (_, n) => n + 1);
        await putEvents(world, ...seqs);
        const page = await list(world, { limit: 10, newestFirst });
        expect(page.events).toHaveLength(10);
        expect(page.next).toBe(newestFirst ? 15 : 11);
        const all = await walk(world, { limit: 10, newestFirst });
        expect(all).toEqual(newestFirst ? seqs.toReversed() : seqs);
      },
    );

    it('do not say to go on beyond the range', async () => {
      await putEvents(world, 1, 2, 3, 4);
      expect(await list(world, { from: 1, to: 3, limit: 3 })).not.toHaveProperty('next');
      expect(await list(world, { from: 2, to: 4, limit: 3, newestFirst: true })).not.toHaveProperty(
        'next',
      );
    });

    it('go on over more than a page of DynamoDB holds (1 MB)', async () => {
      const seqs = Array.from({ length: 80 }, (_, n) => n + 1);
      const content = 'x'.repeat(16_000);
      // Few at once: the clients wait for a second or two, which a busy machine needs for a hundred.
      await eachLimited(seqs, 8, async (seq) => {
        await world.store.putEvent(messageOf(world.id, seq, { content }));
      });
      expect(await walk(world, {})).toEqual(seqs);
      expect(await walk(world, { newestFirst: true })).toEqual(seqs.toReversed());
    });

    it('are those of one conversation', async () => {
      await putEvents(world, 1);
      await world.store.putEvent(messageOf(`${world.id}0`, 2));
      expect((await list(world, {})).events.map(({ seq }) => seq)).toEqual([1]);
    });

    it('are all there at once after they were put, with neighbours of every other kind', async () => {
      await world.store.commit([
        { kind: 'create_head', head: headOf(world.id) },
        { kind: 'create_member', member: memberOf(world.id, 'alice') },
        { kind: 'create_owners', conversationId: world.id, owners: ['alice'] },
        { kind: 'put_event', event: messageOf(world.id, 1) },
      ]);
      expect((await list(world, { from: 1, to: 999_999_999_999 })).events).toEqual([
        messageOf(world.id, 1),
      ]);
    });
  });
}

function list(world: StoreWorld, changes: Partial<EventRange>): Promise<EventPage> {
  const range = { conversationId: world.id, from: 1, to: 1_000, limit: 100, newestFirst: false };
  return world.store.listEvents({ ...range, ...changes });
}

/** Follows `next` to the end. */
async function walk(world: StoreWorld, range: Partial<EventRange>): Promise<readonly number[]> {
  const seqs: number[] = [];
  let rest: Partial<EventRange> | undefined = range;
  while (rest !== undefined) {
    const page: EventPage = await list(world, rest);
    seqs.push(...page.events.map((event) => event.seq));
    const { next } = page;
    rest =
      next === undefined
        ? undefined
        : { ...rest, ...(rest.newestFirst ? { to: next } : { from: next }) };
  }
  return seqs;
}

async function putEvents(world: StoreWorld, ...seqs: readonly number[]): Promise<void> {
  await Promise.all(seqs.map((seq) => world.store.putEvent(messageOf(world.id, seq))));
}
