import { MemoryChat } from '../support/memory-chat.ts';

const REQUEST = {
  type: 'request_upload',
  kind: 'image',
  name: ' Sunset ☀.png ',
  mediaType: 'image/png',
  bytes: 1_000,
};
const FIFTEEN_MINUTES = 15 * 60 * 1_000;

describe('request_upload', () => {
  it('answers a form that is good for a quarter of an hour, for exactly the file that was told of', async () => {
    const chat = new MemoryChat();
    const { attachments, clock } = chat.ports;
    const alice = await chat.connect('alice');
    const upload = await chat.expect(alice, 'upload', REQUEST);
    expect(upload.expiresAt).toBe(clock.now() + FIFTEEN_MINUTES);
    expect(attachments.post(upload, 999)).toBe(false);
    expect(attachments.post(upload, 1_000)).toBe(true);
    clock.advance(FIFTEEN_MINUTES + 1);
    expect(attachments.post(upload, 1_000)).toBe(false);
  });

  it('keeps for a day what was said of the file, its name without the spaces around it', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const { attachmentId } = await chat.expect(alice, 'upload', REQUEST);
    const { found } = await chat.ports.users.getUploads([attachmentId]);
    const { type: _, ...said } = REQUEST;
    expect(found.get(attachmentId)).toEqual({
      ...said,
      name: 'Sunset ☀.png',
      attachmentId,
      userId: 'alice',
      expiresAt: Math.floor(chat.ports.clock.now() / 1_000) + 24 * 60 * 60,
    });
  });

  it('makes another upload each time', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const ids = [
      await chat.expect(alice, 'upload', REQUEST),
      await chat.expect(alice, 'upload', REQUEST),
    ].map(({ attachmentId }) => attachmentId);
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    [{ bytes: 2_001 }, 'bytes: at most 2,000 bytes'],
    [{ name: '☀'.repeat(85) }, 'name: at most 255 bytes as JSON'],
    [{ name: 'a'.repeat(256) }, 'name: at most 255 bytes as JSON'],
  ])('refuses %j, which is too large, and keeps nothing', async (changes, sentence) => {
    const chat = new MemoryChat({ settings: { attachmentBytes: 2_000 } });
    const alice = await chat.connect('alice');
    const refused = await chat.expect(alice, 'error', { ...REQUEST, ...changes });
    expect(refused).toMatchObject({ code: 'too_large', retryable: false });
    expect(refused.message).toContain(sentence);
  });

  it.each([
    { bytes: 0 },
    { bytes: 1.5 },
    { kind: 'video' },
    { mediaType: 'png' },
    { name: ' ' },
    { name: 'a\nb' },
  ])('refuses %j, which is not as documented', async (changes) => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const refused = await chat.expect(alice, 'error', { ...REQUEST, ...changes });
    expect(refused.code).toBe('bad_request');
  });
});
