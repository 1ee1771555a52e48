import type { Caller } from '../../lambdas/core/caller.ts';
import { aGroup } from './a-lunch-group.ts';

const UNTIL = 4_102_444_800_000;
const MUTE = { type: 'mute_conversation', until: UNTIL };
const UNMUTE = { type: 'mute_conversation' };

/** What bob's list and his sync say of the mute. */
async function saidTo(
  { chat, conversationId }: Awaited<ReturnType<typeof aGroup>>,
  caller: Caller,
) {
  const list = await chat.expect(caller, 'conversations', { type: 'list_conversations' });
  const conversations = { [conversationId]: { seq: 0 } };
  const { marks } = await chat.expect(caller, 'synced', { type: 'sync', conversations });
  return [list.conversations[0]?.mutedUntil, marks[0]?.mutedUntil];
}

describe('mute_conversation', () => {
  it('is in the list and in every sync, of whoever muted it and of nobody else', async () => {
    const group = await aGroup();
    const { alice, bob, phone, ask } = group;
    expect(await ask(bob, MUTE)).toMatchObject({ type: 'marked', mutedUntil: UNTIL });
    for (const device of [bob, phone]) expect(await saidTo(group, device)).toEqual([UNTIL, UNTIL]);
    expect(await saidTo(group, alice)).toEqual([undefined, undefined]);
  });

  it('tells one’s own other devices at once, and nobody else', async () => {
    const { alice, bob, phone, ask, signalsOf, conversationId } = await aGroup();
    await ask(bob, MUTE);
    expect(signalsOf(phone, 'mute_mark')).toEqual([
      { type: 'mute_mark', conversationId, until: UNTIL },
    ]);
    for (const caller of [alice, bob]) expect(signalsOf(caller, 'mute_mark')).toEqual([]);
  });

  it('is taken back by one without a time', async () => {
    const group = await aGroup();
    const { bob, phone, ask, signalsOf, conversationId } = group;
    await ask(bob, MUTE);
    expect(await ask(phone, UNMUTE)).not.toHaveProperty('mutedUntil');
    expect(signalsOf(bob, 'mute_mark')).toEqual([{ type: 'mute_mark', conversationId }]);
    expect(await saidTo(group, bob)).toEqual([undefined, undefined]);
  });

  it('changes nothing, and tells nobody, where it is as asked', async () => {
    const { bob, phone, ask, signalsOf } = await aGroup();
    await ask(bob, UNMUTE);
    await ask(bob, MUTE);
    await ask(bob, MUTE);
    expect(signalsOf(phone, 'mute_mark')).toHaveLength(1);
  });

  it('withholds nothing: what is sent comes, and is unread', async () => {
    const { chat, alice, bob, ask, mark, unreadOf, conversationId } = await aGroup();
    await mark(bob, 4);
    await ask(bob, MUTE);
    await chat.send(alice, conversationId, 'four');
    await chat.deliver();
    expect(chat.eventsOf(bob).at(-1)).toMatchObject({ type: 'message', localId: 'four' });
    expect(await unreadOf(bob)).toEqual([{ readSeq: 4, unread: 1 }]);
  });

  it('stays with a change of the member’s role, and with who was removed and came back', async () => {
    const group = await aGroup();
    const { chat, alice, bob, ask, conversationId } = group;
    await ask(bob, MUTE);
    for (const change of [
      { type: 'set_role', userId: 'bob', role: 'admin' },
      { type: 'remove_member', userId: 'bob' },
      { type: 'add_members', members: ['bob'] },
    ])
      await chat.expect(alice, 'changed', { conversationId, ...change });
    expect(await saidTo(group, bob)).toEqual([UNTIL, UNTIL]);
  });
});
