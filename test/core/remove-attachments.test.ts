import { aliceAndBob } from './attachments-world.ts';

async function withFiles() {
  const world = await aliceAndBob();
  const { chat, alice, conversationId, send } = world;
  const ids = [await chat.upload(alice, { name: 'secret.png' }), await chat.upload(alice)] as const;
  const { serverId } = await send(alice, ids, { content: 'Look!' });
  const remove = { type: 'delete_message', conversationId, serverId };
  return { ...world, ids, serverId, remove };
}

describe('PROTOCOL §delete_message, of a message with files', () => {
  it('removes the files, where they came from, and every word about them', async () => {
    const { chat, alice, bob, ids, serverId, remove, download, codeOf, messagesOf } =
      await withFiles();
    expect(await codeOf(alice, remove)).toBe('changed');
    expect(chat.ports.attachments.keys).toEqual([]);
    expect((await chat.ports.users.getUploads(ids)).found.size).toBe(0);
    const [message] = await messagesOf(bob);
    expect(message).toMatchObject({ serverId, deleted: true, content: '' });
    expect(message).not.toHaveProperty('attachments');
    expect(await codeOf(bob, download(serverId, ids[0]))).toBe('attachment_not_found');
    const rows = chat.ports.conversations.eventsOf(remove.conversationId);
    expect(JSON.stringify(rows)).not.toContain('secret');
  });

  it('leaves the same file of another message alone', async () => {
    const { chat, alice, bob, ids, remove, send, download, codeOf } = await withFiles();
    const { serverId } = await send(alice, ids, { localId: 'two' });
    await codeOf(alice, remove);
    const request = download(serverId, ids[0]);
    const { url } = await chat.expect(bob, 'download', request);
    expect(chat.ports.attachments.get(url)).toMatchObject({ bytes: 5 });
  });

  it.each(['removeUpload', 'removeKept'])(
    'is finished by asking again where %s has failed',
    async (method) => {
      const { chat, alice, bob, fail, hook, remove, codeOf, messagesOf } = await withFiles();
      fail(method);
      expect(await codeOf(alice, remove)).toBe('busy');
      expect(await messagesOf(bob)).toMatchObject([{ deleted: true }]);
      delete hook.before;
      expect(await codeOf(alice, remove)).toBe('changed');
      expect(chat.ports.attachments.keys).toEqual([]);
    },
  );

  it('is told to the others though the files could not be removed', async () => {
    const { chat, alice, bob, fail, remove, codeOf } = await withFiles();
    fail('removeKept');
    await codeOf(alice, remove);
    await chat.deliver();
    expect(chat.eventsOf(bob).at(-1)).toMatchObject({ type: 'message_deleted' });
  });

  it('leaves nothing that an attempt which comes late could copy once more', async () => {
    const { chat, alice, ids, remove, frame, codeOf } = await withFiles();
    await codeOf(alice, remove);
    expect(await codeOf(alice, frame(ids, { content: 'Look!' }))).toBe('ack');
    expect(chat.ports.attachments.keys).toEqual([]);
  });

  it('removes nothing of a message that carries nothing', async () => {
    const { chat, alice, conversationId, calls, codeOf } = await aliceAndBob();
    const { serverId } = await chat.send(alice, conversationId, 'plain');
    calls.length = 0;
    await codeOf(alice, { type: 'delete_message', conversationId, serverId });
    expect(calls.filter((call) => /attachments|Upload/.test(call))).toEqual([]);
  });
});
