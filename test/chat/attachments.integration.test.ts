import { once } from 'node:events';
import type { Answer } from '../../protocol/server-message.ts';
import { Started } from '../support/started.ts';
import type { ChatUser } from './chat-user.ts';
import { LocalChat } from './local-chat.ts';

const started = new Started();
const BYTES = new TextEncoder().encode('<script>alert("☀")</script>');
let chat: LocalChat;
let alice: ChatUser;
let bob: ChatUser;
let conversationId: string;

beforeAll(async () => {
  chat = await started.add(LocalChat.start());
  alice = await chat.connect('alice');
  bob = await chat.connect('bob');
  ({ conversationId } = await alice.direct('bob'));
});

afterAll(() => started.stop());

function requestUpload(mediaType = 'text/html') {
  const file = { kind: 'file', name: 'sun ☀.html', mediaType, bytes: BYTES.length };
  return alice.expect('upload', { type: 'request_upload', ...file });
}

/** Sends the form as a browser does, and answers the status. */
async function post(
  { url, fields }: Extract<Answer, { type: 'upload' }>,
  file: Uint8Array<ArrayBuffer> = BYTES,
  changes: Readonly<Record<string, string>> = {},
): Promise<number> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changes })) form.append(name, value);
  form.append('file', new Blob([file]), 'any.name');
  return (await fetch(url, { method: 'POST', body: form })).status;
}

/** Sends a message with the file, again for as long as nobody has told of it. */
async function send(localId: string, attachmentId: string): Promise<string> {
  const message = { conversationId, localId, attachments: [{ attachmentId }] };
  for (;;) {
    const answer = await alice.ask({ type: 'send_message', ...message });
    if (answer.type === 'ack') return answer.serverId;
    const later = answer.type === 'error' && answer.retryable;
    if (!later) throw new Error(`expected an ack, got ${JSON.stringify(answer)}`);
    await once(AbortSignal.timeout(50), 'abort');
  }
}

describe('a file', () => {
  it('goes from one to the other, byte by byte, and is not run on the way', async () => {
    const upload = await requestUpload();
    expect(await post(upload)).toBe(204);
    const { attachmentId } = upload;
    const serverId = await send('one', attachmentId);
    const events = await bob.catchUp(conversationId);
    expect(events.at(-1)).toMatchObject({
      type: 'message',
      content: '',
      attachments: [{ attachmentId, name: 'sun ☀.html', bytes: BYTES.length }],
    });
    const request = { type: 'get_download', conversationId, serverId, attachmentId };
    const { url } = await bob.expect('download', request);
    const answer = await fetch(url);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(BYTES);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="sun _.html"/);
    const carol = await chat.connect('carol');
    expect(await carol.ask(request)).toMatchObject({ type: 'error', code: 'not_found' });
  });

  it('is gone for good once its message is deleted, for who has a link too', async () => {
    const upload = await requestUpload();
    await post(upload);
    const { attachmentId } = upload;
    const serverId = await send('two', attachmentId);
    const request = { type: 'get_download', conversationId, serverId, attachmentId };
    const { url } = await bob.expect('download', request);
    await alice.expect('changed', { type: 'delete_message', conversationId, serverId });
    expect((await fetch(url)).ok).toBe(false);
    expect(await bob.ask(request)).toMatchObject({ code: 'attachment_not_found' });
  });

  it('is taken by its form as it was told of, and in no other way', async () => {
    const upload = await requestUpload();
    expect(await post(upload, BYTES.slice(1))).toBe(400);
    expect(await post(upload, BYTES, { 'Content-Type': 'image/png' })).toBe(403);
    expect(await post(upload, BYTES, { key: 'kept/mine' })).toBe(403);
    const { attachmentId } = upload;
    const message = { conversationId, localId: 'three', attachments: [{ attachmentId }] };
    expect(await alice.ask({ type: 'send_message', ...message })).toMatchObject({
      code: 'attachment_not_ready',
    });
  });
});

it('leaves no error in any log', async () => {
  await chat.delivered();
  expect(chat.errors()).toEqual([]);
});
