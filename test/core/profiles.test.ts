import { connect } from '../../lambdas/core/connect.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import { OPEN_GATES, type PortCall } from '../memory/gates.ts';
import { groupOf } from '../support/group-of.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const PICTURE = 'https://example.com/alice.png';
const update = (changes: object) => ({ type: 'update_profile', ...changes });

async function connectAs(chat: MemoryChat, claims: object) {
  const alice = await chat.connect('alice');
  await connect(chat.ports, { ...alice, ...claims });
  return alice;
}

async function noProfiles({ method }: PortCall): Promise<void> {
  if (method === 'batchGetProfiles') throw new Unavailable('nobody knows');
}

describe('update_profile', () => {
  it('changes what it names, and tells one’s own other devices alone', async () => {
    const { chat, alice, of } = await groupOf(['bob']);
    const phone = await chat.connect('alice', { device: 'phone' });
    expect(await chat.ask(alice, update({}))).toEqual({ type: 'profile' });
    await chat.ask(alice, update({ name: ' Alice ' }));
    await chat.ask(alice, update({ name: 'Alice' }));
    expect(await chat.ask(alice, update({ picture: PICTURE }))).toEqual({
      type: 'profile',
      name: 'Alice',
      picture: PICTURE,
    });
    expect(await chat.ask(alice, update({ name: null }))).toEqual({
      type: 'profile',
      picture: PICTURE,
    });
    const told = (caller: typeof alice) =>
      chat.framesOf(caller).filter(({ type }) => type === 'profile_updated');
    expect(told(phone)).toEqual([
      { type: 'profile_updated', name: 'Alice' },
      { type: 'profile_updated', name: 'Alice', picture: PICTURE },
      { type: 'profile_updated', picture: PICTURE },
    ]);
    expect([...told(alice), ...told(of('bob'))]).toEqual([]);
  });

  it.each([
    { name: '' },
    { name: 'line\nbreak' },
    { picture: 'http://example.com/a.png' },
    { picture: 'javascript:alert(1)' },
    { picture: 'https://' },
    { userId: 'bob' },
  ])('refuses what is no name and no address: %j', async (changes) => {
    const { chat, alice } = await groupOf(['bob']);
    expect(await chat.ask(alice, update(changes))).toMatchObject({ code: 'bad_request' });
  });
});

describe('what a token says of its user', () => {
  it('is its profile, if it has none, and for good', async () => {
    const chat = new MemoryChat();
    const alice = await connectAs(chat, { name: 'Alice' });
    await connectAs(chat, { name: 'Alice B.', picture: PICTURE });
    expect(await chat.ask(alice, update({}))).toEqual({ type: 'profile', name: 'Alice' });
  });

  it('does not come back once the user has taken it away', async () => {
    const chat = new MemoryChat();
    const alice = await connectAs(chat, { name: 'Alice', picture: PICTURE });
    await chat.ask(alice, update({ name: null, picture: null }));
    await connectAs(chat, { name: 'Alice', picture: PICTURE });
    expect(await chat.ask(alice, update({}))).toEqual({ type: 'profile' });
  });

  it('keeps nobody from connecting where it cannot be kept', async () => {
    const chat = new MemoryChat({ gates: { ...OPEN_GATES, before: noProfiles } });
    await connectAs(chat, { name: 'Alice' });
    expect(chat.ports.users.sessionsOf('alice')).toHaveLength(1);
  });
});

describe('the names of members', () => {
  it('come with the list of them', async () => {
    const { chat, alice, of, conversationId } = await groupOf(['bob']);
    await chat.ask(of('bob'), update({ name: 'Bob', picture: PICTURE }));
    expect(await chat.ask(alice, { type: 'list_members', conversationId })).toMatchObject({
      members: [
        { userId: 'alice', role: 'owner' },
        { userId: 'bob', role: 'member', name: 'Bob', picture: PICTURE },
      ],
    });
  });

  it('are told of former members, too, and of nobody who never was there', async () => {
    const { chat, alice, of, change, conversationId } = await groupOf(['bob', 'carol']);
    const dave = await chat.connect('dave');
    for (const caller of [of('bob'), of('carol'), dave])
      await chat.ask(caller, update({ name: caller.userId.toUpperCase() }));
    await change(of('bob'), { type: 'leave' });
    const userIds = ['dave', 'carol', 'bob', 'alice', 'bob'];
    expect(await chat.ask(alice, { type: 'get_profiles', conversationId, userIds })).toEqual({
      type: 'profiles',
      conversationId,
      profiles: [
        { userId: 'carol', name: 'CAROL' },
        { userId: 'bob', name: 'BOB' },
        { userId: 'alice' },
      ],
    });
    expect(
      await chat.ask(of('bob'), { type: 'get_profiles', conversationId, userIds }),
    ).toMatchObject({ code: 'not_found' });
  });

  it('come in as many answers as they need', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `user-${index + 10}`);
    const { chat, alice, of, conversationId } = await groupOf(ids);
    for (const id of ids)
      await chat.ask(of(id), update({ picture: `https://example.com/${'x'.repeat(2_000)}` }));
    const seen: string[] = [];
    for (let rest = ids; rest.length > 0;) {
      const { profiles, next } = await chat.expect(alice, 'profiles', {
        type: 'get_profiles',
        conversationId,
        userIds: rest,
      });
      seen.push(...profiles.map(({ userId }) => userId));
      rest = next === undefined ? [] : rest.slice(rest.indexOf(next));
    }
    expect(seen).toEqual(ids);
    const listed: string[] = [];
    for (let after: string | undefined; ;) {
      const frame = { type: 'list_members', conversationId, ...(after !== undefined && { after }) };
      const { members, next } = await chat.expect(alice, 'members', frame);
      listed.push(...members.map(({ userId }) => userId));
      if (next === undefined) break;
      after = next;
    }
    expect(listed).toEqual(['alice', ...ids]);
  });
});
