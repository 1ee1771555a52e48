import { aGroup } from './a-lunch-group.ts';

const MARK = { type: 'mark_unread' };
const UNMARK = { type: 'mark_unread', on: false };

describe('mark_unread', () => {
  it('sets a marker beside the cursor, and tells one’s own other devices alone', async () => {
    const { alice, bob, phone, ask, mark, signalsOf, receiptsOf, unreadOf, conversationId } =
      await aGroup();
    await mark(bob, 4);
    expect(await ask(bob, MARK)).toMatchObject({ type: 'marked', readSeq: 4, markedUnread: true });
    expect(signalsOf(phone, 'unread_mark')).toEqual([
      { type: 'unread_mark', conversationId, on: true },
    ]);
    for (const caller of [alice, bob]) expect(signalsOf(caller, 'unread_mark')).toEqual([]);
    expect(receiptsOf(alice)).toHaveLength(1);
    expect(await unreadOf(bob)).toEqual([{ readSeq: 4, unread: 0 }]);
  });

  it('is taken back, and says so to the other devices', async () => {
    const { bob, phone, ask, signalsOf } = await aGroup();
    await ask(bob, MARK);
    expect(await ask(phone, UNMARK)).toMatchObject({ markedUnread: false });
    expect(signalsOf(bob, 'unread_mark')).toMatchObject([{ on: false }]);
  });

  it('changes nothing, and tells nobody, where it is as asked', async () => {
    const { bob, phone, ask, signalsOf } = await aGroup();
    expect(await ask(bob, UNMARK)).toMatchObject({ markedUnread: false });
    await ask(bob, MARK);
    await ask(bob, MARK);
    expect(signalsOf(phone, 'unread_mark')).toHaveLength(1);
  });

  it('goes with the next mark_read, whether that moves the cursor or not', async () => {
    const { bob, phone, ask, mark, signalsOf, receiptsOf } = await aGroup();
    await ask(bob, MARK);
    expect(await mark(bob, 4)).toMatchObject({ readSeq: 4, markedUnread: false });
    expect(receiptsOf(phone)).toMatchObject([{ userId: 'bob', upToSeq: 4 }]);
    await ask(bob, MARK);
    expect(await mark(bob, 4)).toMatchObject({ readSeq: 4, markedUnread: false });
    expect(signalsOf(phone, 'unread_mark')).toMatchObject([
      { on: true },
      { on: true },
      { on: false },
    ]);
  });

  it('stays with what is delivered, and with a change of the member’s role', async () => {
    const { chat, alice, bob, ask, conversationId } = await aGroup();
    await ask(bob, MARK);
    const marked = await ask(bob, { type: 'mark_delivered', upToSeq: 4 });
    expect(marked).toMatchObject({ markedUnread: true });
    const role = { type: 'set_role', conversationId, userId: 'bob', role: 'admin' };
    await chat.expect(alice, 'changed', role);
    expect(await ask(bob, { type: 'mark_delivered', upToSeq: 1 })).toMatchObject({
      markedUnread: true,
    });
  });

  it('is gone for who was removed and came back', async () => {
    const { chat, alice, bob, ask, conversationId } = await aGroup();
    await ask(bob, MARK);
    const remove = { type: 'remove_member', conversationId, userId: 'bob' };
    await chat.expect(alice, 'changed', remove);
    const add = { type: 'add_members', conversationId, members: ['bob'] };
    await chat.expect(alice, 'changed', add);
    const marked = await ask(bob, { type: 'mark_delivered', upToSeq: 1 });
    expect(marked).toMatchObject({ markedUnread: false });
  });
});
