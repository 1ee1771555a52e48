import { aliceAndBob } from './attachments-world.ts';

const HOLE_MS = 2_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

describe('PROTOCOL §send_message, with attachments', () => {
  it('brings what was said of the file when it was uploaded, and what the sender’s client knows', async () => {
    const { chat, alice, bob, conversationId, frame } = await aliceAndBob();
    const attachmentId = await chat.upload(alice, { name: 'Sunset ☀.png' });
    const known = { attachmentId, width: 640, height: 480, preview: 'aGVsbG8=' };
    await chat.expect(alice, 'ack', { ...frame([]), attachments: [known], content: 'Look!' });
    await chat.deliver();
    expect(chat.eventsOf(bob).at(-1)).toMatchObject({
      type: 'message',
      conversationId,
      content: 'Look!',
      attachments: [
        { ...known, kind: 'image', name: 'Sunset ☀.png', mediaType: 'image/png', bytes: 5 },
      ],
    });
  });

  it('needs no text beside a file, and something at least', async () => {
    const { chat, alice, send, frame, codeOf, messagesOf } = await aliceAndBob();
    const voice = { kind: 'voice', mediaType: 'audio/ogg', name: 'note.ogg' };
    const attachmentId = await chat.upload(alice, voice);
    await send(alice, [], { attachments: [{ attachmentId, durationMs: 2_500 }] });
    const [message] = await messagesOf(alice);
    expect(message).toMatchObject({ content: '', attachments: [{ ...voice, durationMs: 2_500 }] });
    const { attachments: _, ...nothing } = frame([]);
    expect(await codeOf(alice, nothing)).toBe('bad_request');
    expect(await codeOf(alice, frame([]))).toBe('bad_request');
  });

  it('keeps the files in their order, each where its message alone has it', async () => {
    const { chat, alice, send, messagesOf } = await aliceAndBob();
    const ids = [await chat.upload(alice), await chat.upload(alice), await chat.upload(alice)];
    const reversed = ids.toReversed();
    await send(alice, reversed);
    await send(alice, reversed, { localId: 'two' });
    const [message] = await messagesOf(alice);
    expect(message?.attachments?.map(({ attachmentId }) => attachmentId)).toEqual(reversed);
    const kept = chat.ports.attachments.keys.filter((key) => key.startsWith('kept/'));
    expect(kept).toHaveLength(6);
  });

  it('is not sent before the bucket has told of the file, and is afterwards', async () => {
    const { chat, alice, frame, messagesOf } = await aliceAndBob();
    const form = await chat.expect(alice, 'upload', {
      type: 'request_upload',
      kind: 'file',
      name: 'a.pdf',
      mediaType: 'application/pdf',
      bytes: 5,
    });
    chat.ports.attachments.post(form, 5);
    const message = frame([form.attachmentId]);
    expect(await chat.ask(alice, message)).toMatchObject({
      code: 'attachment_not_ready',
      retryable: true,
      retryAfterMs: 1_000,
    });
    expect(await messagesOf(alice)).toEqual([]);
    await chat.confirm();
    await chat.expect(alice, 'ack', message);
    expect(await messagesOf(alice)).toHaveLength(1);
  });

  it.each(['another’s', 'expired', 'unknown'])(
    'refuses for good a file that is %s, and writes nothing',
    async (which) => {
      const { chat, alice, bob, frame, messagesOf } = await aliceAndBob();
      const attachmentId = await chat.upload(which === 'another’s' ? bob : alice);
      if (which === 'expired') chat.ports.clock.advance(DAY_MS);
      const ids = which === 'unknown' ? ['a_unknown'] : [attachmentId];
      const caller = { ...alice, tokenEnd: Infinity };
      const refused = { code: 'attachment_not_found', retryable: false };
      expect(await chat.ask(caller, frame(ids))).toMatchObject(refused);
      expect(await messagesOf({ ...bob, tokenEnd: Infinity })).toEqual([]);
      // Whatever becomes of the file: the localId is refused.
      await chat.ports.users.putUpload({
        attachmentId: ids[0] ?? '',
        userId: 'alice',
        kind: 'file',
        name: 'a',
        mediaType: 'a/b',
        bytes: 5,
        confirmedAt: 1,
        expiresAt: Infinity,
      });
      expect(await chat.ask(caller, frame(ids))).toMatchObject(refused);
    },
  );

  it('tells a stranger nothing about a file', async () => {
    const { chat, carol, frame, codeOf } = await aliceAndBob();
    expect(await codeOf(carol, frame([await chat.upload(carol)]))).toBe('not_found');
  });

  it('is one message however often it is sent, also when its files have expired since', async () => {
    const { chat, alice, send, messagesOf, calls } = await aliceAndBob();
    const attachmentId = await chat.upload(alice);
    const ack = await send(alice, [attachmentId]);
    chat.ports.clock.advance(2 * DAY_MS);
    const later = { ...alice, tokenEnd: Infinity };
    calls.length = 0;
    expect(await send(later, [attachmentId])).toEqual(ack);
    expect(calls).not.toContain('users.getUploads');
    expect(await messagesOf(later)).toHaveLength(1);
  });

  it('is another message with another file, or with something else said of it', async () => {
    const { chat, alice, send, frame, codeOf } = await aliceAndBob();
    const ids = [await chat.upload(alice), await chat.upload(alice)] as const;
    await send(alice, [ids[0]]);
    expect(await codeOf(alice, frame([ids[1]]))).toBe('local_id_reused');
    const wider = { ...frame([]), attachments: [{ attachmentId: ids[0], width: 2 }] };
    expect(await codeOf(alice, wider)).toBe('local_id_reused');
  });

  it('costs a message without files not one call', async () => {
    const { chat, alice, conversationId, calls } = await aliceAndBob();
    calls.length = 0;
    await chat.send(alice, conversationId, 'plain');
    expect(calls.filter((call) => /attachments|Upload/.test(call))).toEqual([]);
  });

  it('copies the files before it takes a number, so that nobody waits for it', async () => {
    const { chat, alice, send, calls } = await aliceAndBob();
    const attachmentId = await chat.upload(alice);
    calls.length = 0;
    await send(alice, [attachmentId]);
    const order = calls.filter((call) => /keep|takeNumber|putLocal|putEvent/.test(call));
    expect(order).toEqual([
      'attachments.keep',
      'conversations.takeNumber',
      'conversations.putLocal',
      'conversations.putEvent',
    ]);
  });

  it.each(['getUploads', 'keep', 'takeNumber', 'putLocal', 'putEvent', 'nudge'])(
    'is sent again after %s has failed, and is one message with its files',
    async (method) => {
      const { chat, alice, bob, frame, send, codeOf, fail, hook, messagesOf } = await aliceAndBob();
      const attachmentId = await chat.upload(alice);
      fail(method);
      expect(await codeOf(alice, frame([attachmentId]))).toBe('busy');
      delete hook.before;
      await send(alice, [attachmentId]);
      // A number that was given up without a word is a hole for so long.
      chat.ports.clock.advance(HOLE_MS);
      expect(await messagesOf(bob)).toMatchObject([{ attachments: [{ attachmentId }] }]);
    },
  );

  it('is refused for good where its place was never filled and its files have expired', async () => {
    const { chat, alice, bob, conversationId, frame, codeOf, fail, hook, messagesOf } =
      await aliceAndBob();
    const message = frame([await chat.upload(alice)]);
    fail('putEvent');
    expect(await codeOf(alice, message)).toBe('busy');
    delete hook.before;
    chat.ports.clock.advance(DAY_MS);
    const late = { ...alice, tokenEnd: Infinity };
    for (let times = 0; times < 2; times += 1)
      expect(await codeOf(late, message)).toBe('attachment_not_found');
    expect(await messagesOf({ ...bob, tokenEnd: Infinity })).toEqual([]);
    // The log goes on behind it.
    await chat.send(late, conversationId, 'two');
  });

  it('is acked, not refused, where an attempt in flight comes first', async () => {
    const { chat, alice, frame, codeOf, fail, hook, messagesOf } = await aliceAndBob();
    const message = frame([await chat.upload(alice)]);
    fail('putEvent');
    await codeOf(alice, message);
    delete hook.before;
    chat.ports.clock.advance(DAY_MS);
    const late = { ...alice, tokenEnd: Infinity };
    const { conversations } = chat.ports;
    hook.before = ({ method, args }) => {
      if (method !== 'putEvent') return;
      delete hook.before;
      // The first attempt had its files in hand.
      const { seq, timestamp } = args[0] as { seq: number; timestamp: number };
      void conversations.putEvent({
        type: 'message',
        conversationId: message.conversationId,
        seq,
        timestamp,
        senderId: 'alice',
        localId: 'one',
        content: '',
        contentType: 'text/plain',
        connectionId: alice.connectionId,
        epoch: conversations.headOf(message.conversationId)?.epoch ?? '',
        generation: 1,
      });
    };
    expect(await codeOf(late, message)).toBe('ack');
    expect(await messagesOf(late)).toHaveLength(1);
  });

  it.each([
    { attachments: [{ attachmentId: 'a_1' }, { attachmentId: 'a_1' }] },
    { attachments: [{ attachmentId: 'a_1', width: 0 }] },
    { attachments: [{ attachmentId: 'a_1', preview: 'no base64!' }] },
    { attachments: [{ attachmentId: 'a_1', name: 'mine.png' }] },
    { attachments: [{ attachmentId: 'a/1' }] },
  ])('refuses %j, which is not as documented', async (changes) => {
    const { alice, frame, codeOf } = await aliceAndBob();
    expect(await codeOf(alice, { ...frame([]), ...changes })).toBe('bad_request');
  });

  it.each([
    [[2_049], 'attachments.0.preview: at most 2,048 characters of base64'],
    [[2_048, 2_048, 2_048], 'attachments: at most 5,632 bytes as JSON'],
  ])('refuses previews of %j characters, which are too large', async (lengths, sentence) => {
    const { chat, alice, frame } = await aliceAndBob();
    const attachments = lengths.map((length, index) => ({
      attachmentId: `a_${index}`,
      preview: 'A'.repeat(length),
    }));
    const refused = await chat.expect(alice, 'error', { ...frame([]), attachments });
    expect(refused.code).toBe('too_large');
    expect(refused.message).toContain(sentence);
  });

  it.each([
    [1, 2_048, 'ack'],
    [2, 2_048, 'ack'],
    [3, 1_900, 'too_large'],
    [10, 300, 'ack'],
    [10, 500, 'too_large'],
  ])(
    'takes as much as a frame has room for: %d previews of %d: %s',
    async (count, length, code) => {
      const { chat, alice, frame, codeOf } = await aliceAndBob();
      const attachments = [];
      for (let at = 0; at < count; at += 1)
        attachments.push({ attachmentId: await chat.upload(alice), preview: 'A'.repeat(length) });
      expect(await codeOf(alice, { ...frame([]), attachments })).toBe(code);
    },
  );
});
