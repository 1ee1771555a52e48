import { aliceAndBob } from './attachments-world.ts';

const TEN_MINUTES = 10 * 60 * 1_000;

describe('PROTOCOL §get_download', () => {
  it('answers a link to the very file, good for ten minutes', async () => {
    const { chat, alice, bob, send, download } = await aliceAndBob();
    const attachmentId = await chat.upload(alice);
    const { serverId } = await send(alice, [attachmentId]);
    for (const reader of [alice, bob]) {
      const request = download(serverId, attachmentId);
      const { url, ...answer } = await chat.expect(reader, 'download', request);
      const expiresAt = chat.ports.clock.now() + TEN_MINUTES;
      expect(answer).toEqual({ type: 'download', attachmentId, expiresAt });
      expect(chat.ports.attachments.get(url)).toEqual({
        mediaType: 'image/png',
        disposition: `inline; filename="Sunset.png"; filename*=UTF-8''Sunset.png`,
        bytes: 5,
      });
      chat.ports.clock.advance(TEN_MINUTES + 1);
      expect(chat.ports.attachments.get(url)).toBeUndefined();
    }
  });

  it('has nothing for whoever may not see the message, or of another message', async () => {
    const { chat, alice, bob, carol, conversationId, send, download, codeOf } = await aliceAndBob();
    const [file, other] = [await chat.upload(alice), await chat.upload(alice)];
    const { serverId } = await send(alice, [file]);
    const { serverId: plain } = await chat.send(alice, conversationId, 'two');
    expect(await codeOf(carol, download(serverId, file))).toBe('not_found');
    expect(await codeOf(bob, download(serverId, other))).toBe('attachment_not_found');
    expect(await codeOf(bob, download(plain, file))).toBe('attachment_not_found');
    expect(await codeOf(bob, download('nothing.1.1', file))).toBe('message_not_found');
  });

  it('is for those who were there, and not for who came or went', async () => {
    const { chat, alice, bob, carol, codeOf, download } = await aliceAndBob();
    const { conversationId } = await chat.expect(alice, 'conversation', {
      type: 'create_conversation',
      kind: 'group',
      localId: 'G'.repeat(22),
      name: 'Lunch',
      members: ['bob'],
    });
    const attachmentId = await chat.upload(alice);
    const files = { attachments: [{ attachmentId }] };
    const { serverId } = await chat.send(alice, conversationId, 'one', 'Look!', files);
    const request = { ...download(serverId, attachmentId), conversationId };
    await chat.expect(alice, 'changed', {
      type: 'add_members',
      conversationId,
      members: ['carol'],
    });
    expect(await codeOf(carol, request)).toBe('message_not_found');
    expect(await codeOf(bob, request)).toBe('download');
    await chat.expect(bob, 'changed', { type: 'leave', conversationId });
    expect(await codeOf(bob, request)).toBe('not_found');
  });

  it('keeps working after an edit of the text beside the file', async () => {
    const { chat, alice, bob, conversationId, send, download, codeOf } = await aliceAndBob();
    const attachmentId = await chat.upload(alice);
    const { serverId } = await send(alice, [attachmentId], { content: 'Look!' });
    const edit = { type: 'edit_message', conversationId, serverId, content: 'See!' };
    await chat.expect(alice, 'changed', edit);
    expect(await codeOf(bob, download(serverId, attachmentId))).toBe('download');
  });
});
