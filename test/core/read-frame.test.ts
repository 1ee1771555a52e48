import { readFrame, marksOf, toRequest } from '../../lambdas/core/read-frame.ts';
import { Refusal } from '../../lambdas/core/refusal.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const SERVED = { ping: true, send_message: true };

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
});
