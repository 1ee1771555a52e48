import type { Caller } from '../../lambdas/core/caller.ts';
import { Unavailable, type MessageEvent } from '../../lambdas/core/ports.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { groupOfThree, react, remove, unreact } from './group-of-three.ts';

/** As long as an id can be, of characters that JSON escapes. */
function named(at: number): string {
  return `${'"'.repeat(250)}${1_000 + at}`;
}

/** The group, and a message of alice's at number 2. */
async function withMessage(more: readonly string[] = []) {
  const group = await groupOfThree(more);
  const { serverId } = await group.say(group.alice, 'one');
  const { conversations } = group.chat.ports;
  const row = () => conversations.eventsOf(group.conversationId)[1] as MessageEvent;
  /** What stands at the message for somebody who syncs, and who lists. */
  const reactionsFor = async (caller: Caller) => {
    const found = [await group.sync(caller), await group.list(caller)].map((events) => {
      const message = events.find(({ seq }) => seq === 2);
      return message?.type === 'message' ? message.reactions : 'nothing';
    });
    expect(found[0]).toEqual(found[1]);
    return found[0];
  };
  return { ...group, serverId, row, reactionsFor };
}

describe('PROTOCOL §add_reaction and §remove_reaction', () => {
  it('put emojis to a message, and take them back, for everybody who reads it', async () => {
    const { chat, alice, bob, carol, serverId, change, reactionsFor } = await withMessage();
    await change(bob, react(serverId));
    await change(carol, react(serverId, '❤️'));
    await change(carol, react(serverId));
    await chat.deliver();
    expect(await reactionsFor(alice)).toEqual([
      { emoji: '👍', count: 2, userIds: ['bob', 'carol'] },
      { emoji: '❤️', count: 1, userIds: ['carol'] },
    ]);
    await change(bob, unreact(serverId));
    await chat.deliver();
    expect(await reactionsFor(alice)).toEqual([
      { emoji: '❤️', count: 1, userIds: ['carol'] },
      { emoji: '👍', count: 1, userIds: ['carol'] },
    ]);
    const events = chat.eventsOf(alice).filter(({ type }) => type === 'reaction');
    expect(events).toMatchObject([
      { senderId: 'bob', serverId, emoji: '👍', on: true },
      { senderId: 'carol', serverId, emoji: '❤️', on: true, count: 1 },
      { senderId: 'carol', serverId, emoji: '👍', on: true, count: 2 },
      { senderId: 'bob', serverId, emoji: '👍', on: false, count: 1 },
    ]);
  });

  it('name who asks first', async () => {
    const { bob, carol, serverId, change, reactionsFor } = await withMessage();
    for (const caller of [bob, carol]) await change(caller, react(serverId));
    expect(await reactionsFor(carol)).toEqual([
      { emoji: '👍', count: 2, userIds: ['carol', 'bob'] },
    ]);
  });

  it('answer what is so already with the number of the event that made it so', async () => {
    const { bob, serverId, change, typesOfLog } = await withMessage();
    expect(await change(bob, unreact(serverId))).toMatchObject({ seq: 2 });
    const first = await change(bob, react(serverId));
    expect(await change(bob, react(serverId))).toEqual(first);
    const back = await change(bob, unreact(serverId));
    expect(await change(bob, unreact(serverId))).toEqual(back);
    expect(typesOfLog()).toEqual(['conversation_created', 'message', 'reaction', 'reaction']);
  });

  it('lose nothing where many react at once, and count right', async () => {
    const userIds = Array.from({ length: 40 }, (_, at) => `user-${at}`);
    const { chat, carol, serverId, change, reactionsFor } = await withMessage(userIds);
    const crowd = await Promise.all(userIds.map((userId) => chat.connect(userId)));
    await Promise.all(crowd.map((caller) => change(caller, react(serverId))));
    await Promise.all(crowd.slice(0, 10).map((caller) => change(caller, unreact(serverId))));
    await chat.deliver();
    const { length } = userIds.slice(10);
    expect(await reactionsFor(carol)).toMatchObject([{ emoji: '👍', count: length }]);
    expect(chat.eventsOf(carol).at(-1)).toMatchObject({ type: 'reaction', count: length });
  });

  it('survive a death between the event and the row: the fan-out writes it down before it tells', async () => {
    const { chat, hook, bob, carol, serverId, change, codeOf, row, reactionsFor } =
      await withMessage();
    hook.before = async ({ method }) => {
      if (method === 'setReaction') throw new Unavailable('it died');
    };
    expect(await codeOf(bob, react(serverId))).toBe('busy');
    expect(row().reactions).toBeUndefined();
    // A page that shows the event shows what it did.
    expect(await reactionsFor(carol)).toEqual([{ emoji: '👍', count: 1, userIds: ['bob'] }]);
    expect(row().reactions).toBeUndefined();
    delete hook.before;
    // The next nudge brings it along.
    await change(carol, react(serverId, '❤️'));
    await chat.deliver();
    expect(row().reactions).toMatchObject([{ userId: 'bob' }, { userId: 'carol' }]);
    expect(chat.eventsOf(carol)).toMatchObject([
      { seq: 1 },
      { type: 'message' },
      { type: 'reaction', senderId: 'bob', count: 1 },
      { type: 'reaction', senderId: 'carol', count: 1 },
    ]);
  });

  it('stay as the later event has it, though the earlier one is written down last', async () => {
    const { chat, hook, bob, serverId, change, row } = await withMessage();
    let late: (() => Promise<unknown>) | undefined;
    hook.before = async ({ method, args }) => {
      if (method !== 'setReaction' || late !== undefined) return;
      const { conversations } = chat.ports;
      late = () =>
        conversations.setReaction(...(args as Parameters<typeof conversations.setReaction>));
      throw new Unavailable('it takes long');
    };
    await chat.ask(bob, { ...react(serverId), conversationId: row().conversationId });
    await chat.deliver();
    await change(bob, react(serverId));
    await change(bob, unreact(serverId));
    await late?.();
    expect(row().reactions).toMatchObject([{ userId: 'bob', on: false }]);
  });

  it('take another number where the slot was filled meanwhile, and the one who left gets none', async () => {
    const { chat, hook, alice, bob, serverId, change, codeOf, typesOfLog } = await withMessage();
    const { clock, conversations } = chat.ports;
    hook.before = async ({ method, args }) => {
      const [event] = args as [{ type?: string; conversationId: string; seq: number }];
      if (method !== 'putEvent' || event.type !== 'reaction') return;
      delete hook.before;
      const { conversationId, seq } = event;
      await conversations.putEvent({ type: 'void', conversationId, seq, timestamp: clock.now() });
    };
    expect(await change(bob, react(serverId))).toMatchObject({ seq: 4 });
    await change(alice, { type: 'remove_member', userId: 'bob' });
    expect(await codeOf(bob, unreact(serverId))).toBe('not_found');
    expect(typesOfLog().slice(2)).toEqual(['void', 'reaction', 'member_removed']);
  });

  it('are gone with the message, whoever reacts last', async () => {
    const { chat, hook, alice, bob, carol, serverId, change, codeOf, reactionsFor } =
      await withMessage();
    await change(carol, react(serverId));
    hook.before = async ({ method }) => {
      if (method !== 'setReaction') return;
      delete hook.before;
      await change(alice, remove(serverId));
    };
    await change(bob, react(serverId));
    await chat.deliver();
    expect(await reactionsFor(carol)).toBeUndefined();
    expect(chat.eventsOf(carol).filter(({ type }) => type === 'reaction')).toMatchObject([
      { senderId: 'carol' },
      { senderId: 'bob' },
    ]);
    expect(JSON.stringify(chat.framesOf(carol))).not.toContain('"count"');
    expect(await codeOf(bob, unreact(serverId))).toBe('message_not_found');
  });

  it('show a former member what stood there when it left', async () => {
    const { bob, alice, carol, serverId, change, sync } = await withMessage();
    await change(bob, react(serverId));
    await change(carol, { type: 'leave' });
    await change(alice, react(serverId));
    await change(bob, unreact(serverId));
    const [, message] = await sync(carol);
    expect(message).not.toHaveProperty('reactions');
  });

  it.each(['', 'a b', '\n', 'a\u0000', '\u2028', '\uD83D', '€'.repeat(11)])(
    'take no %j',
    async (emoji) => {
      const { chat, bob, conversationId, serverId } = await withMessage();
      const answer = await chat.ask(bob, { conversationId, ...react(serverId, emoji) });
      const code = emoji.length === 11 ? 'too_large' : 'bad_request';
      expect(answer).toMatchObject({ type: 'error', code });
    },
  );

  it('take 20 different emojis and no more, but for those that are among them', async () => {
    const { bob, carol, serverId, change, codeOf } = await withMessage();
    for (let count = 1; count <= LIMITS.reactionEmojis; count += 1)
      await change(bob, react(serverId, `:${count}:`));
    expect(await codeOf(carol, react(serverId))).toBe('too_large');
    await change(bob, unreact(serverId, ':1:'));
    await change(carol, react(serverId, ':1:'));
    await change(bob, react(serverId, ':1:'));
    expect(await codeOf(carol, react(serverId))).toBe('too_large');
  });

  it('take 500 of a message, and name as many as there is room for, counting all', async () => {
    const { chat, alice, bob, conversationId, serverId, change, codeOf, reactionsFor } =
      await withMessage();
    const { conversations } = chat.ports;
    for (let at = 0; at < LIMITS.reactions - 1; at += 1)
      await conversations.setReaction(conversationId, 2, {
        emoji: at % 2 === 0 ? '👍' : '❤️',
        userId: named(at),
        on: true,
        seq: 1,
      });
    await change(bob, react(serverId));
    expect(await codeOf(alice, react(serverId))).toBe('too_large');
    await change(bob, unreact(serverId));
    await change(bob, react(serverId));
    const reactions = await reactionsFor(bob);
    expect(reactions).toMatchObject([
      { emoji: '👍', count: 251 },
      { emoji: '❤️', count: 249 },
    ]);
    const [first] = Array.isArray(reactions) ? reactions : [];
    expect(first?.userIds[0]).toBe('bob');
    expect(first?.userIds.length).toBe(1 + Math.floor(6_138 / 507));
    const frames = [
      chat.framesOf(alice),
      await chat.ask(bob, { type: 'list_messages', conversationId }),
    ];
    expect(Buffer.byteLength(JSON.stringify(frames))).toBeLessThanOrEqual(LIMITS.frameBytes);
  });
});
