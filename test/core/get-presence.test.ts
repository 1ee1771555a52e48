import type { Caller } from '../../lambdas/core/caller.ts';
import { HEARTBEAT, LIMITS } from '../../protocol/limits.ts';
import { aGroup, USERS } from './a-lunch-group.ts';

/** The lunch group, and what it is told of users. */
async function aLunch(more: readonly string[] = []) {
  const group = await aGroup(more);
  const { chat, conversationId } = group;
  const { clock } = chat.ports;
  const ask = async (caller: Caller, userIds: readonly string[], rest: object = {}) =>
    (await chat.expect(caller, 'presence', { type: 'get_presence', userIds, ...rest })).users;
  const inGroup = (caller: Caller, ...userIds: readonly string[]) =>
    ask(caller, userIds, { conversationId });
  return { ...group, clock, ask, inGroup };
}

describe('get_presence', () => {
  it('says of the members of a small group who is online, and until when', async () => {
    const { bob, inGroup, clock } = await aLunch(['dave']);
    const until = clock.now() + 2 * HEARTBEAT.default;
    expect(await inGroup(bob, 'carol', 'dave', 'alice')).toEqual([
      { userId: 'carol', online: true, until },
      { userId: 'dave', online: false },
      { userId: 'alice', online: true, until },
    ]);
  });

  it('is for those of a direct conversation, too, and of oneself', async () => {
    const { chat, bob, ask } = await aLunch();
    expect(await ask(bob, ['alice', 'bob'])).toMatchObject([
      { userId: 'alice', error: 'not_found' },
      { userId: 'bob', online: true },
    ]);
    await chat.direct(bob, 'alice');
    expect(await ask(bob, ['alice'])).toMatchObject([{ userId: 'alice', online: true }]);
  });

  it('is not for strangers, who look as if they did not exist', async () => {
    const { chat, bob, ask, inGroup } = await aLunch();
    await chat.connect('mallory');
    const nothing = ['mallory', 'nobody'].map((userId) => ({ userId, error: 'not_found' }));
    expect(await ask(bob, ['mallory', 'nobody'])).toEqual(nothing);
    expect(await inGroup(bob, 'mallory', 'nobody')).toEqual(nothing);
  });

  it('is for nobody in a group of more than fifty', async () => {
    const { bob, inGroup } = await aLunch(USERS.slice(0, LIMITS.signalMembers - 2));
    expect(await inGroup(bob, 'alice')).toEqual([{ userId: 'alice', error: 'not_found' }]);
  });

  it('is not of who was removed', async () => {
    const { chat, alice, bob, inGroup, conversationId } = await aLunch();
    const remove = { type: 'remove_member', conversationId, userId: 'carol' };
    await chat.expect(alice, 'changed', remove);
    expect(await inGroup(bob, 'carol')).toEqual([{ userId: 'carol', error: 'not_found' }]);
  });

  it('lasts as long as the longest lease of all devices, and ends with it', async () => {
    const { chat, alice, bob, inGroup, clock } = await aLunch();
    clock.advance(1_000);
    const phone = await chat.connect('alice', { device: 'phone' });
    await chat.ask(phone, { type: 'ping', intervalMs: HEARTBEAT.longest });
    const until = clock.now() + 2 * HEARTBEAT.longest;
    expect(await inGroup(bob, 'alice')).toEqual([{ userId: 'alice', online: true, until }]);
    await chat.ports.users.removeSession('alice', phone.connectionId);
    const before = until - 2 * HEARTBEAT.longest + 2 * HEARTBEAT.default - 1_000;
    expect(await inGroup(bob, 'alice')).toMatchObject([{ until: before }]);
    clock.set(before);
    expect(await inGroup(bob, 'alice')).toEqual([{ userId: 'alice', online: false }]);
    await chat.ask(alice, { type: 'ping' });
    expect(await inGroup(bob, 'alice')).toMatchObject([{ online: true }]);
  });

  it('answers of each user once, in the order asked for', async () => {
    const { bob, inGroup } = await aLunch();
    const users = await inGroup(bob, 'carol', 'alice', 'carol');
    expect(users.map(({ userId }) => userId)).toEqual(['carol', 'alice']);
  });
});
