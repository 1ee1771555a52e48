import { z } from 'zod';
import { readFrame, marksOf, toRequest } from '../../lambdas/core/read-frame.ts';
import { Refusal } from '../../lambdas/core/refusal.ts';
import { clientMessages } from '../../protocol/client-message.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const SERVED = { ping: true, send_message: true };
const ALL = Object.fromEntries(Object.keys(clientMessages).map((type) => [type, true]));

const MESSAGE = { localId: 'one', conversationId: 'g_1' };
const GROUP = { kind: 'group', localId: 'A'.repeat(22), name: 'Lunch', members: [] };
const MANY = Array.from({ length: LIMITS.groupMembers + 1 }, (_, index) => `user-${index}`);
const UPLOAD = { kind: 'file', mediaType: 'application/pdf', bytes: 1 };

/** By type and field: what is larger than its schema allows, in a frame that is right otherwise. */
const FRAMES: Readonly<Record<string, { frame: object; over: unknown; limit: string }>> = {
  'send_message.content': {
    frame: MESSAGE,
    over: 'x'.repeat(16_385),
    limit: '16,384 bytes as JSON',
  },
  'edit_message.content': {
    frame: { conversationId: 'g_1', serverId: 'e.1.2' },
    over: 'x'.repeat(16_385),
    limit: '16,384 bytes as JSON',
  },
  'send_message.attachments': {
    frame: MESSAGE,
    over: Array.from({ length: 11 }, (_, index) => ({ attachmentId: `a_${index}` })),
    limit: '10 attachments',
  },
  'create_conversation.members': { frame: GROUP, over: MANY, limit: '1,000 members' },
  'create_conversation.name': { frame: GROUP, over: 'x'.repeat(101), limit: '100 UTF-16 units' },
  'request_upload.name': { frame: UPLOAD, over: 'x'.repeat(256), limit: '255 bytes as JSON' },
  'get_presence.userIds': { frame: {}, over: MANY, limit: '50 users' },
  'add_members.members': { frame: { conversationId: 'g_1' }, over: MANY, limit: '1,000 members' },
};
const OVERSIZED = Object.entries(FRAMES).map(([name, { limit }]) => {
  const [type = '', field = ''] = name.split('.');
  return [type, field, limit] as const;
});

/** The fields of a JSON schema that are longer, or hold more, than it allows. */
function boundedFields(schema: unknown, field = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const isBounded = 'maxLength' in schema || 'maxItems' in schema;
  const inner = Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties'
      ? Object.entries(value as object).flatMap(([name, one]) => boundedFields(one, name))
      : boundedFields(value, field),
  );
  return isBounded ? [field, ...inner] : inner;
}

/** The code and sentence that a frame is refused with, or nothing if it is not. */
function refusalOf(
  read: () => unknown,
): { readonly code: string; readonly message: string } | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: error.code, message: error.message };
  }
}

function lists(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

function maps(depth: number): string {
  return `${'{"a":'.repeat(depth)}0${'}'.repeat(depth)}`;
}

function frameOf(text: string): string {
  return JSON.stringify({ type: 'ping', text });
}

describe('readFrame', () => {
  it.each(['null', 'true', '0', '"ping"', '[]', '[{"type":"ping"}]', '', '{', '\uFEFF{}', '{}{}'])(
    'refuses what is no JSON object: %j',
    (body) => {
      expect(refusalOf(() => readFrame(body))).toMatchObject({ code: 'unreadable' });
    },
  );

  it('takes as many bytes as a frame may have, and not one more, whatever its characters', () => {
    const around = Buffer.byteLength(frameOf(''));
    const faces = '🙂'.repeat(Math.floor((LIMITS.frameBytes - around) / 4));
    const fill = 'x'.repeat(LIMITS.frameBytes - around - Buffer.byteLength(faces));
    expect(readFrame(frameOf(faces + fill))).toEqual({ type: 'ping', text: faces + fill });
    expect(refusalOf(() => readFrame(frameOf(`${faces}${fill}x`)))).toMatchObject({
      code: 'too_large',
    });
  });

  it('takes what nests as deep as a frame may, and no deeper', () => {
    expect(readFrame(maps(LIMITS.frameDepth))).toHaveProperty('a');
    expect(readFrame(`{"a":${lists(LIMITS.frameDepth - 1)}}`)).toHaveProperty('a');
    for (const body of [maps(LIMITS.frameDepth + 1), `{"a":${lists(LIMITS.frameDepth)}}`]) {
      expect(refusalOf(() => readFrame(body))).toMatchObject({ code: 'unreadable' });
    }
  });

  it('F-70 refuses what parses and then cannot be printed, however deep it fits a frame', () => {
    // What makes the bound needed: this is a value like any other, until somebody prints it.
    const parsed: unknown = JSON.parse(lists(65_000));
    expect(() => JSON.stringify(parsed)).toThrow(RangeError);
    expect(refusalOf(() => readFrame(lists(65_000)))).toMatchObject({ code: 'too_large' });
    const bodies = [
      `{"a":${lists(16_000)}}`,
      maps(5_000),
      `{"type":"ping","x":[1,${lists(16_000)}]}`,
    ];
    for (const body of bodies) {
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(LIMITS.frameBytes);
      expect(refusalOf(() => readFrame(body))).toMatchObject({ code: 'unreadable' });
    }
  });

  it('F-70 answers such a frame with an error, keeps the connection usable, and logs nothing of it', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const body = `{"type":"ping","cursors":${lists(16_000)}}`;
    expect(await chat.ask(alice, body)).toMatchObject({ type: 'error', code: 'unreadable' });
    expect(await chat.ask(alice, { type: 'ping' })).toMatchObject({ type: 'pong' });
    expect(chat.ports.log.lines).toEqual([]);
  });

  it.each([
    '{"__proto__":1}',
    '{"constructor":1}',
    '{"prototype":1}',
    '{"\\u005f_proto__":{"polluted":true}}',
    '{"type":"ping","a":{"b":[{"__proto__":{"polluted":true}}]}}',
  ])('F-71 refuses a key that reaches for a prototype, wherever it stands: %s', (body) => {
    expect(refusalOf(() => readFrame(body))).toMatchObject({ code: 'unreadable' });
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('marksOf', () => {
  it('gives what is fit to be echoed, each for itself', () => {
    expect(marksOf({ requestId: 'r-1', localId: 'one' })).toEqual({
      requestId: 'r-1',
      localId: 'one',
    });
    expect(marksOf({ requestId: 'r-1', localId: 'one two' })).toEqual({ requestId: 'r-1' });
    expect(marksOf({ requestId: 1, localId: 'x'.repeat(65) })).toEqual({});
  });
});

describe('toRequest', () => {
  it.each(['toString', '__proto__', 'constructor', 'sync', '', 1, null, undefined, ['ping']])(
    'refuses a type that is not served: %j',
    (type) => {
      expect(refusalOf(() => toRequest({ type }, SERVED))).toMatchObject({ code: 'unknown_type' });
    },
  );

  it('says what is wrong, in few characters that any terminal can show', () => {
    const key = `\u001B[2J\n${'é'.repeat(1_000)}`;
    const refusal = refusalOf(() => toRequest({ type: 'ping', [key]: 1 }, SERVED));
    expect(refusal?.code).toBe('bad_request');
    expect(refusal?.message).toMatch(/^unable to serve the request; [\x20-\x7e]{1,200}$/);
    expect(refusal?.message.length).toBeLessThanOrEqual(200);
  });

  it.each(OVERSIZED)('says that %s.%s is too large, and how much may be', (type, field, limit) => {
    const { frame, over } = FRAMES[`${type}.${field}`] ?? {};
    const message = `unable to serve the request; ${field}: at most ${limit}`;
    expect(refusalOf(() => toRequest({ type, ...frame, [field]: over }, ALL))).toEqual({
      code: 'too_large',
      message,
    });
    // What is wrong in another way, too, is that.
    expect(refusalOf(() => toRequest({ type, ...frame, [field]: over, more: 1 }, ALL))?.code).toBe(
      'bad_request',
    );
  });

  it('has a case here of every field that a schema bounds in size', () => {
    const bounded = Object.entries(clientMessages).flatMap(([type, schema]) =>
      boundedFields(z.toJSONSchema(schema, { io: 'input' })).map((field) => `${type}.${field}`),
    );
    expect(new Set(bounded)).toEqual(new Set(Object.keys(FRAMES)));
  });
});
