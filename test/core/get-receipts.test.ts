import { LIMITS } from '../../protocol/limits.ts';
import type { Caller } from '../../lambdas/core/caller.ts';
import { aGroup, USERS } from './a-lunch-group.ts';

/** All pages. */
async function readAll(
  { chat, conversationId }: Awaited<ReturnType<typeof aGroup>>,
  caller: Caller,
  more: object = {},
) {
  const pages = [];
  for (let after: string | undefined; ;) {
    const frame = { type: 'get_receipts', conversationId, after, ...more };
    const page = await chat.expect(caller, 'receipts', frame);
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(LIMITS.frameBytes);
    pages.push(page.receipts);
    if (page.next === undefined) return pages;
    after = page.next;
  }
}

describe('get_receipts', () => {
  it('answers how far each member has got, the asker and who has said nothing too', async () => {
    const group = await aGroup();
    const { alice, bob, carol, ask, mark, conversationId, epoch } = group;
    await mark(bob, 3);
    await ask(bob, { type: 'mark_delivered', upToSeq: 4 });
    await ask(carol, { type: 'mark_delivered', upToSeq: 2 });
    expect(await ask(alice, { type: 'get_receipts' })).toEqual({
      type: 'receipts',
      conversationId,
      epoch,
      receipts: [
        { userId: 'alice', readSeq: 1, deliveredSeq: 1 },
        { userId: 'bob', readSeq: 3, deliveredSeq: 4 },
        { userId: 'carol', readSeq: 1, deliveredSeq: 2 },
      ],
    });
  });

  it('answers of those who have got a message, and not of who came in after it', async () => {
    const group = await aGroup();
    const { chat, alice, bob, carol, ask, mark, conversationId } = group;
    await chat.expect(alice, 'changed', {
      type: 'add_members',
      conversationId,
      members: ['dave'],
    });
    await mark(bob, 4);
    await ask(carol, { type: 'mark_delivered', upToSeq: 3 });
    const got = async (seq: number) =>
      (await readAll(group, alice, { seq })).flat().map(({ userId }) => userId);
    expect([await got(3), await got(4), await got(5)]).toEqual([
      ['bob', 'carol'],
      ['bob'],
      ['dave'],
    ]);
  });

  it('tells nothing of a message that the asker may not see, or that is not there', async () => {
    const { chat, alice, ask, conversationId } = await aGroup();
    const dave = await chat.connect('dave');
    const change = { type: 'add_members', conversationId, members: ['dave'] };
    const { seq: end } = await chat.expect(alice, 'changed', change);
    for (const seq of [end - 1, end + 1]) {
      expect(await ask(dave, { type: 'get_receipts', seq })).toMatchObject({
        code: 'message_not_found',
      });
    }
    expect(await ask(dave, { type: 'get_receipts', seq: end })).toMatchObject({
      receipts: [{ userId: 'dave' }],
    });
  });

  it.each([undefined, 1, 7])('answers of everybody once, in pages of %p', async (limit) => {
    const group = await aGroup(USERS);
    const pages = await readAll(group, group.bob, limit === undefined ? {} : { limit });
    const ids = pages.flat().map(({ userId }) => userId);
    expect(ids).toEqual(['alice', 'bob', 'carol', ...USERS].toSorted());
    expect(Math.max(...pages.map(({ length }) => length))).toBe(limit ?? ids.length);
  });

  it('cuts a page of long ids so that it fits a frame', async () => {
    const names = USERS.slice(0, 45).map((name) => name.padEnd(255, '\\'));
    const group = await aGroup(names);
    const pages = await readAll(group, group.bob);
    expect(pages).toHaveLength(1);
    const more = USERS.slice(0, 45).map((name) => name.padEnd(255, '"'));
    const { chat, alice, conversationId } = group;
    await chat.expect(alice, 'changed', { type: 'add_members', conversationId, members: more });
    const two = await readAll(group, group.bob);
    expect([two.length, two.flat().length]).toEqual([2, 93]);
  });

  it('leaves out who has gone', async () => {
    const group = await aGroup();
    const { chat, alice, bob, conversationId } = group;
    const remove = { type: 'remove_member', conversationId, userId: 'carol' };
    await chat.expect(alice, 'changed', remove);
    const ids = (await readAll(group, bob)).flat().map(({ userId }) => userId);
    expect(ids).toEqual(['alice', 'bob']);
  });
});
