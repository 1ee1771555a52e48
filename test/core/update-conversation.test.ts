import { Unavailable } from '../../lambdas/core/ports.ts';
import { OPEN_GATES, type PortCall } from '../memory/gates.ts';
import { deferred } from '../support/deferred.ts';
import { groupOf } from '../support/group-of.ts';

const PICTURE = 'https://example.com/lunch.png';

/** A group whose next call of that method fails before it has an effect, or after. */
async function groupThatFails() {
  const failing: { method?: string; when?: 'before' | 'after' } = {};
  const gate = (when: 'before' | 'after') => async (call: PortCall) => {
    if (failing.method !== call.method || failing.when !== when) return;
    delete failing.method;
    throw new Unavailable('nobody knows');
  };
  const gates = { before: gate('before'), after: gate('after') };
  return { failing, ...(await groupOf(['bob', 'carol'], gates)) };
}

const update = (changes: object) => ({ type: 'update_conversation', ...changes });

describe('update_conversation', () => {
  it('changes what it names, for everybody, and leaves the rest', async () => {
    const { chat, alice, of, change, conversationId } = await groupOf(['bob']);
    await change(alice, update({ name: 'Dinner', picture: PICTURE, history: 'all' }));
    await change(alice, update({ description: 'Every day.\nAt eight.' }));
    await change(alice, update({ picture: null }));
    await chat.deliver();
    expect(chat.eventsOf(of('bob')).slice(1)).toMatchObject([
      { type: 'conversation_updated', seq: 2, senderId: 'alice', name: 'Dinner', picture: PICTURE },
      { type: 'conversation_updated', seq: 3, description: 'Every day.\nAt eight.' },
      { type: 'conversation_updated', seq: 4, picture: null },
    ]);
    const info = await chat.expect(of('bob'), 'conversation_info', {
      type: 'get_conversation',
      conversationId,
    });
    expect(info).toMatchObject({
      name: 'Dinner',
      description: 'Every day.\nAt eight.',
      history: 'all',
      seq: 4,
    });
    expect(info).not.toHaveProperty('picture');
    const { conversations } = await chat.expect(of('bob'), 'conversations', {
      type: 'list_conversations',
    });
    expect(conversations).toMatchObject([{ conversationId, name: 'Dinner' }]);
  });

  it('does nothing where nothing is to be changed', async () => {
    const { chat, alice, change, conversationId } = await groupOf(['bob']);
    const same = { name: 'Lunch', picture: null, description: null, history: 'since_join' };
    expect(await change(alice, update(same))).toMatchObject({ seq: 1 });
    await change(alice, update({ name: 'Dinner' }));
    expect(await change(alice, update({ name: 'Dinner' }))).toMatchObject({ seq: 2 });
    expect(chat.ports.conversations.headOf(conversationId)).toMatchObject({ seq: 2 });
  });

  it.each([
    ['nothing', {}],
    ['a picture that no browser should load', { picture: 'http://example.com/a.png' }],
    ['a picture that is a script', { picture: 'javascript:alert(1)' }],
    ['a picture that ends an attribute', { picture: 'https://example.com/"onload="x' }],
    ['a name of two lines', { name: 'a\nb' }],
    ['an empty description', { description: ' ' }],
    ['a description that clears the screen', { description: 'a\u001b[2J' }],
    ['no name', { name: null }],
    ['some history', { history: 'some' }],
  ])('refuses %s', async (_name, changes) => {
    const { alice, codeOf } = await groupOf(['bob']);
    expect(await codeOf(alice, update(changes))).toBe('bad_request');
  });

  it('ends as the log has it where many update at once', async () => {
    const { chat, alice, of, change, conversationId } = await groupOf(['bob', 'carol']);
    await change(alice, { type: 'set_role', userId: 'bob', role: 'admin' });
    const frame = (name: string) => ({ conversationId, ...update({ name, history: 'all' }) });
    const answers = await Promise.all(
      ['A', 'B', 'C', 'D'].map((name, n) => chat.ask(n % 2 === 0 ? alice : of('bob'), frame(name))),
    );
    expect(answers.map(({ type }) => type)).toContain('changed');
    const { conversations } = chat.ports;
    const last = conversations.eventsOf(conversationId).findLast((event) => 'name' in event);
    const name = last && 'name' in last ? last.name : '';
    expect(conversations.infoOf(conversationId)).toMatchObject({ name, lastSeq: last?.seq });
    expect(conversations.headOf(conversationId)).toMatchObject({ name, infoSeq: last?.seq });
  });

  it('is refused to an admin whose role is taken away before it is written', async () => {
    const taken = deferred<void>();
    const waiting = deferred<void>();
    const before = async (call: PortCall) => {
      if (call.method !== 'getInfo') return;
      waiting.resolve();
      await taken.promise;
    };
    const { chat, alice, of, change, codeOf, conversationId } = await groupOf(['bob'], {
      ...OPEN_GATES,
      before,
    });
    await change(alice, { type: 'set_role', userId: 'bob', role: 'admin' });
    const code = codeOf(of('bob'), update({ name: 'Mine' }));
    await waiting.promise;
    await change(alice, { type: 'set_role', userId: 'bob', role: 'member' });
    taken.resolve();
    expect(await code).toBe('forbidden');
    expect(chat.ports.conversations.headOf(conversationId)).toMatchObject({ name: 'Lunch' });
  });

  describe('that gets no further than to write the event', () => {
    it.each(['before', 'after'] as const)(
      'is shown when it is asked for again (%s the head is changed)',
      async (when) => {
        const { chat, alice, failing, change, codeOf, conversationId } = await groupThatFails();
        Object.assign(failing, { method: 'showInfo', when });
        expect(await codeOf(alice, update({ name: 'Dinner' }))).toBe('busy');
        expect(await change(alice, update({ name: 'Dinner' }))).toMatchObject({ seq: 2 });
        const { conversations } = chat.ports;
        expect(conversations.headOf(conversationId)).toMatchObject({ name: 'Dinner', seq: 2 });
      },
    );

    it('is shown at the latest when it is delivered', async () => {
      const { chat, alice, of, failing, codeOf, conversationId } = await groupThatFails();
      Object.assign(failing, { method: 'showInfo', when: 'before' });
      expect(await codeOf(alice, update({ history: 'all' }))).toBe('busy');
      await chat.send(of('bob'), conversationId, 'news');
      await chat.deliver();
      expect(chat.ports.conversations.headOf(conversationId)).toMatchObject({ history: 'all' });
    });
  });
});

describe('the setting history', () => {
  it('opens what was before to who came later, and closes it again', async () => {
    const { chat, alice, change, sync, conversationId } = await groupOf(['bob']);
    const carol = await chat.connect('carol');
    const { serverId } = await chat.send(alice, conversationId, 'before');
    await change(alice, { type: 'add_members', members: ['carol'] });
    const seen = async () => {
      const page = { type: 'list_messages', conversationId };
      const { events } = await chat.expect(carol, 'messages', page);
      return events.map(({ seq }) => seq).toReversed();
    };
    expect(await seen()).toEqual([3]);
    await change(alice, update({ history: 'all' }));
    expect(await seen()).toEqual([1, 2, 3, 4]);
    expect(await sync(carol, { seq: 0 })).toMatchObject({ events: { length: 4 }, seq: 4 });
    const reply = (localId: string) =>
      chat.ask(carol, {
        type: 'send_message',
        conversationId,
        localId,
        content: 'I see',
        replyTo: serverId,
      });
    expect(await reply('one')).toMatchObject({ type: 'ack' });
    await change(alice, update({ history: 'since_join' }));
    expect(await seen()).toEqual([3, 4, 5, 6]);
    expect(await sync(carol, { seq: 0 })).toMatchObject({ events: { length: 4 }, seq: 6 });
    expect(await reply('two')).toMatchObject({ code: 'message_not_found' });
  });

  it('shows a former member no more than its stay, whatever it says', async () => {
    const { chat, alice, of, change, codeOf, sync, conversationId } = await groupOf(['bob']);
    await chat.send(alice, conversationId, 'before');
    await change(of('bob'), { type: 'leave' });
    await change(alice, update({ history: 'all' }));
    expect(await codeOf(of('bob'), { type: 'list_messages' })).toBe('not_found');
    expect(await sync(of('bob'), { seq: 0 })).toMatchObject({ events: { length: 3 }, seq: 3 });
  });
});
