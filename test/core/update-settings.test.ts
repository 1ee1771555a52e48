import type { Caller } from '../../lambdas/core/caller.ts';
import { aGroup } from './a-lunch-group.ts';

/** The lunch group, in which bob lets nobody know what he has read. */
async function bobIsSilent() {
  const group = await aGroup();
  const set = (caller: Caller, readReceipts?: boolean) =>
    group.chat.ask(caller, { type: 'update_settings', readReceipts });
  await set(group.bob, false);
  return { ...group, set };
}

describe('update_settings', () => {
  it('answers what is set, and by default that others may know what is read', async () => {
    const { bob, alice, set } = await bobIsSilent();
    expect(await set(alice)).toEqual({ type: 'settings', readReceipts: true });
    expect(await set(bob)).toEqual({ type: 'settings', readReceipts: false });
    expect(await set(bob, true)).toEqual({ type: 'settings', readReceipts: true });
    expect(await set(bob)).toEqual({ type: 'settings', readReceipts: true });
  });

  it('tells one’s own other devices of what has changed, and nobody else', async () => {
    const { alice, bob, phone, set, signalsOf } = await bobIsSilent();
    await set(bob, false);
    await set(bob);
    expect(signalsOf(phone, 'settings_updated')).toEqual([
      { type: 'settings_updated', readReceipts: false },
    ]);
    for (const caller of [alice, bob]) expect(signalsOf(caller, 'settings_updated')).toEqual([]);
  });
});

describe('who lets nobody know what it has read', () => {
  it('tells its own devices alone', async () => {
    const { alice, bob, phone, mark, receiptsOf } = await bobIsSilent();
    await mark(bob, 3);
    expect([receiptsOf(alice).length, receiptsOf(phone).length]).toEqual([0, 1]);
  });

  it('is told of nobody, while the others are', async () => {
    const { alice, bob, phone, carol, mark, receiptsOf } = await bobIsSilent();
    await mark(carol, 3);
    expect(receiptsOf(alice)).toMatchObject([{ userId: 'carol' }]);
    for (const caller of [bob, phone]) expect(receiptsOf(caller)).toEqual([]);
  });

  it('tells, and is told, what is delivered', async () => {
    const { alice, bob, ask, signalsOf } = await bobIsSilent();
    await ask(bob, { type: 'mark_delivered', upToSeq: 3 });
    await ask(alice, { type: 'mark_delivered', upToSeq: 3 });
    expect(signalsOf(alice, 'delivered_receipt')).toMatchObject([{ userId: 'bob' }]);
    expect(signalsOf(bob, 'delivered_receipt')).toMatchObject([{ userId: 'alice' }]);
  });

  it('is shown, and shown to, without how far anybody has read; but to itself', async () => {
    const { alice, bob, carol, ask, mark } = await bobIsSilent();
    await mark(bob, 3);
    await mark(carol, 4);
    await ask(alice, { type: 'mark_delivered', upToSeq: 2 });
    expect(await ask(alice, { type: 'get_receipts' })).toMatchObject({
      receipts: [
        { userId: 'alice', readSeq: 1, deliveredSeq: 2 },
        // Had he not said so, what is read would be delivered.
        { userId: 'bob', deliveredSeq: 1 },
        { userId: 'carol', readSeq: 4, deliveredSeq: 4 },
      ],
    });
    const { receipts } = (await ask(bob, { type: 'get_receipts' })) as {
      receipts?: readonly object[];
    };
    expect(receipts).toEqual([
      { userId: 'alice', deliveredSeq: 2 },
      { userId: 'bob', readSeq: 3, deliveredSeq: 3 },
      { userId: 'carol', deliveredSeq: 1 },
    ]);
    const got = await ask(alice, { type: 'get_receipts', seq: 3 });
    expect(got).toMatchObject({ receipts: [{ userId: 'carol' }] });
  });

  it('is so in the list and in a sync, too, on either side', async () => {
    const { chat, alice, bob, set } = await bobIsSilent();
    const direct = await chat.direct(alice, 'bob');
    const { epoch } = await chat.send(alice, direct, 'one');
    const there = { conversationId: direct, upToSeq: 2 };
    await chat.ask(bob, { type: 'mark_read', ...there });
    await chat.ask(alice, { type: 'mark_delivered', ...there });
    const receiptsFor = async (caller: Caller) => {
      const held = { [direct]: { seq: 2, epoch } };
      const list = await chat.expect(caller, 'conversations', { type: 'list_conversations' });
      const synced = await chat.expect(caller, 'synced', { type: 'sync', conversations: held });
      const [listed] = list.conversations.flatMap(({ receipt }) => receipt ?? []);
      return [listed, ...synced.marks.map(({ receipt }) => receipt)];
    };
    const bobs = { userId: 'bob', deliveredSeq: 1 };
    const alices = { userId: 'alice', deliveredSeq: 2 };
    expect(await receiptsFor(alice)).toEqual([bobs, bobs]);
    expect(await receiptsFor(bob)).toEqual([alices, alices]);
    await set(bob, true);
    expect((await receiptsFor(alice))[0]).toEqual({ userId: 'bob', readSeq: 2, deliveredSeq: 2 });
    expect((await receiptsFor(bob))[1]).toEqual({ userId: 'alice', readSeq: 1, deliveredSeq: 2 });
  });

  it('is none who shares nothing with anybody: what is unread is counted as ever', async () => {
    const { bob, mark, unreadOf } = await bobIsSilent();
    await mark(bob, 3);
    expect(await unreadOf(bob)).toEqual([{ readSeq: 3, unread: 1 }]);
  });
});
