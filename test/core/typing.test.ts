import type { Caller } from '../../lambdas/core/caller.ts';
import { LIMITS, TYPING } from '../../protocol/limits.ts';
import { aGroup, USERS } from './a-lunch-group.ts';

const START = { type: 'typing_start' };
const STOP = { type: 'typing_stop' };

/** The lunch group, and whether somebody was told, in order, that bob is writing. */
async function aTalk(more: readonly string[] = []) {
  const group = await aGroup(more);
  const { chat, ask, signalsOf } = group;
  const say = async (frame: object, caller: Caller = group.bob) =>
    expect(await ask(caller, { ...frame, requestId: 'r' })).toEqual({
      type: 'done',
      requestId: 'r',
    });
  const toldTo = (caller: Caller) =>
    signalsOf(caller, 'typing').map((signal) => signal.type === 'typing' && signal.on);
  return { ...group, say, toldTo, clock: chat.ports.clock };
}

describe('typing', () => {
  it('is told to the others, on all their devices, and not to one’s own', async () => {
    const { chat, alice, bob, phone, carol, say, signalsOf, conversationId } = await aTalk();
    const device = await chat.connect('alice', { device: 'phone' });
    await say(START);
    await say(STOP);
    const signal = { type: 'typing', conversationId, userId: 'bob' };
    for (const caller of [alice, device, carol]) {
      expect(signalsOf(caller, 'typing')).toEqual([
        { ...signal, on: true, expiresInMs: TYPING.forgottenAfterMs },
        { ...signal, on: false },
      ]);
    }
    for (const caller of [bob, phone]) expect(signalsOf(caller, 'typing')).toEqual([]);
  });

  it('is told once in three seconds, whichever device it comes from', async () => {
    const { alice, phone, say, toldTo, clock } = await aTalk();
    await say(START);
    await say(START, phone);
    clock.advance(TYPING.relayedEveryMs - 1);
    await say(START);
    expect(toldTo(alice)).toEqual([true]);
    clock.advance(1);
    await say(START, phone);
    expect(toldTo(alice)).toEqual([true, true]);
  });

  it('is told once where two say it in the same moment', async () => {
    const { chat, alice, phone, say, toldTo } = await aTalk();
    const { conversations } = chat.ports;
    const listMembers = conversations.listMembers.bind(conversations);
    conversations.listMembers = async (...args) => {
      conversations.listMembers = listMembers;
      await say(START, phone);
      return listMembers(...args);
    };
    await say(START);
    expect(toldTo(alice)).toEqual([true]);
  });

  it('ends once, and no sooner may it begin again', async () => {
    const { alice, say, toldTo, clock } = await aTalk();
    for (const frame of [START, STOP, STOP, START, STOP, START]) await say(frame);
    expect(toldTo(alice)).toEqual([true, false]);
    clock.advance(TYPING.relayedEveryMs);
    for (const frame of [START, STOP]) await say(frame);
    expect(toldTo(alice)).toEqual([true, false, true, false]);
  });

  it('needs no end where nobody holds it to be going on', async () => {
    const { alice, say, toldTo, clock } = await aTalk();
    await say(STOP);
    await say(START);
    clock.advance(TYPING.forgottenAfterMs);
    await say(STOP);
    expect(toldTo(alice)).toEqual([true]);
  });

  it('is each user’s own, and each conversation’s', async () => {
    const { chat, alice, bob, carol, say, toldTo } = await aTalk();
    const direct = await chat.direct(bob, 'alice');
    await say(START);
    await say(START, carol);
    await say({ ...START, conversationId: direct });
    expect([toldTo(alice), toldTo(bob), toldTo(carol)]).toEqual([
      [true, true, true],
      [true],
      [true],
    ]);
  });

  it('is told to nobody in a group of more than fifty, and costs no write there', async () => {
    const { chat, alice, say, toldTo, conversationId } = await aTalk(
      USERS.slice(0, LIMITS.signalMembers - 2),
    );
    await say(START);
    expect(toldTo(alice)).toEqual([]);
    const bob = await chat.ports.conversations.getMember(conversationId, 'bob');
    expect(bob).not.toHaveProperty('typingAt');
  });

  it('is told to nobody who was removed, nor by anybody', async () => {
    const { chat, alice, carol, ask, say, toldTo, conversationId } = await aTalk();
    const remove = { type: 'remove_member', conversationId, userId: 'carol' };
    await chat.expect(alice, 'changed', remove);
    await say(START);
    expect([toldTo(alice), toldTo(carol)]).toEqual([[true], []]);
    expect(await ask(carol, START)).toMatchObject({ code: 'not_found' });
  });

  it('is nothing in a conversation that is closed', async () => {
    const { alice, bob, carol, ask } = await aTalk();
    for (const caller of [alice, carol, bob]) await ask(caller, { type: 'leave' });
    expect(await ask(bob, START)).toMatchObject({ code: 'not_found' });
  });
});
