import { Started } from '../support/started.ts';
import type { ChatUser } from './chat-user.ts';
import { LocalChat } from './local-chat.ts';
import { PlainClient } from './plain-client.ts';

const started = new Started();
let chat: LocalChat;
/** Her client knows everything. */
let alice: ChatUser;
/** His knows six types. */
let bob: PlainClient;
let conversationId: string;

beforeAll(async () => {
  chat = await started.add(LocalChat.start());
  alice = await chat.connect('alice');
  bob = new PlainClient(await chat.connect('bob'));
  await chat.connect('carol');
  ({ conversationId } = await alice.group('Lunch', ['bob', 'carol']));
});

afterAll(() => started.stop());

describe('a client that knows six types', () => {
  it('sends and receives, in order', async () => {
    await bob.send(conversationId, 'Hello');
    await alice.send(conversationId, 'Hello yourself');
    expect(await bob.receive()).toBe('Hello yourself');
    expect(bob.shown).toEqual(['bob: Hello', 'alice: Hello yourself']);
  });

  it('sees who is typing, and is seen', async () => {
    await alice.expect('done', { type: 'typing_start', conversationId });
    expect(await bob.seesTyping()).toBe('alice');
    bob.type(conversationId);
    expect(await alice.client.next(({ type }) => type === 'typing')).toMatchObject({
      userId: 'bob',
    });
  });

  it('marks as read by time, and sees what others have read', async () => {
    bob.readAll(conversationId);
    const receipt = await alice.client.next(({ type }) => type === 'read_receipt');
    expect(receipt).toMatchObject({ conversationId, userId: 'bob' });
    const upToSeq = Number(receipt['upToSeq']);
    await alice.expect('marked', { type: 'mark_read', conversationId, upToSeq });
    expect(await bob.seesRead()).toBe('alice');
  });

  it('skips all that it does not know, and shows the same as everybody once it has loaded', async () => {
    const first = await alice.send(conversationId, 'A misteak');
    const second = await alice.send(conversationId, 'A secret');
    expect(await bob.receive()).toBe('A misteak');
    expect(await bob.receive()).toBe('A secret');
    const { serverId } = first;
    await alice.expect('changed', {
      type: 'edit_message',
      conversationId,
      serverId,
      content: 'A mistake',
    });
    await alice.expect('changed', {
      type: 'delete_message',
      conversationId,
      serverId: second.serverId,
    });
    await alice.expect('changed', { type: 'remove_member', conversationId, userId: 'carol' });
    await alice.expect('changed', { type: 'add_members', conversationId, members: ['dave'] });
    const { seq } = await alice.send(conversationId, 'The last');
    await alice.expect('marked', { type: 'mark_unread', conversationId });
    expect(seq).toBeGreaterThan(first.seq);
    expect(await bob.receive()).toBe('The last');
    await bob.load(conversationId);
    expect(bob.shown).toEqual([
      'bob: Hello',
      'alice: Hello yourself',
      'alice: A mistake',
      'alice: ',
      'alice: The last',
    ]);
    await bob.send(conversationId, 'Still here');
    expect(bob.shown.at(-1)).toBe('bob: Still here');
  });
});

it('wrote no error', () => {
  expect(chat.errors()).toEqual([]);
});
