import { LIMITS } from '../../protocol/limits.ts';
import { aGroup, USERS } from './a-lunch-group.ts';

describe('mark_delivered', () => {
  it('moves its own cursor, tells the others, and leaves what is unread', async () => {
    const { alice, bob, phone, carol, ask, signalsOf, unreadOf, conversationId, epoch } =
      await aGroup();
    expect(await ask(bob, { type: 'mark_delivered', upToSeq: 3 })).toMatchObject({
      type: 'marked',
      readSeq: 1,
      deliveredSeq: 3,
    });
    const receipt = {
      type: 'delivered_receipt',
      conversationId,
      userId: 'bob',
      upToSeq: 3,
      epoch,
    };
    for (const caller of [alice, carol])
      expect(signalsOf(caller, 'delivered_receipt')).toEqual([receipt]);
    for (const caller of [bob, phone]) expect(signalsOf(caller, 'delivered_receipt')).toEqual([]);
    expect(await unreadOf(bob)).toEqual([{ readSeq: 1, unread: 3 }]);
  });

  it('never goes back, never past the end, and marks nothing of another history', async () => {
    const { alice, bob, ask, signalsOf, end } = await aGroup();
    const mark = (upToSeq: number, epoch?: string) =>
      ask(bob, { type: 'mark_delivered', upToSeq, ...(epoch && { epoch }) });
    expect(await mark(3, 'another.1')).toMatchObject({ deliveredSeq: 1 });
    expect(await mark(3)).toMatchObject({ deliveredSeq: 3 });
    expect(await mark(2)).toMatchObject({ deliveredSeq: 3 });
    expect(await mark(99)).toMatchObject({ deliveredSeq: end });
    expect(signalsOf(alice, 'delivered_receipt')).toMatchObject([{ upToSeq: 3 }, { upToSeq: end }]);
  });

  it('is implied by what is read, of which nobody is told twice', async () => {
    const { alice, bob, ask, mark, signalsOf } = await aGroup();
    expect(await mark(bob, 3)).toMatchObject({ readSeq: 3, deliveredSeq: 3 });
    expect(await ask(bob, { type: 'mark_delivered', upToSeq: 3 })).toMatchObject({
      deliveredSeq: 3,
    });
    expect(signalsOf(alice, 'delivered_receipt')).toEqual([]);
  });

  it('tells nobody in a group of more than fifty', async () => {
    const { alice, carol, bob, ask, signalsOf } = await aGroup(
      USERS.slice(0, LIMITS.signalMembers - 2),
    );
    await ask(bob, { type: 'mark_delivered', upToSeq: 3 });
    for (const caller of [alice, carol]) expect(signalsOf(caller, 'delivered_receipt')).toEqual([]);
  });
});
