import { clientMessages, type ClientMessageType } from '../../protocol/client-message.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { requestId } from '../../protocol/fields.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { answer } from '../../protocol/server-message.ts';
import type { Answer } from '../../protocol/server-message.ts';
import { Chance } from '../fuzz/chance.ts';
import { frameOf } from '../fuzz/frames.ts';
import type { FrameKind } from '../fuzz/frames.ts';
import { requestOf } from '../fuzz/from-schema.ts';
import type { Vocabulary } from '../fuzz/vocabulary.ts';
import { isUnasked, type ChatUser } from './chat-user.ts';

/** `poison` reaches for a prototype, to leave there what later answers would show; `binary` is no text. */
type Kind = FrameKind | 'poison' | 'binary';

/** Six in ten are of a known type with one field spoilt. */
const KINDS: readonly Kind[] = [
  ...Array<Kind>(60).fill('mutated'),
  ...Array<Kind>(25).fill('raw'),
  ...Array<Kind>(9).fill('made'),
  ...Array<Kind>(5).fill('poison'),
  'binary',
];
/** What a frame is refused with that is no request of the documented shape. */
const REFUSED: ReadonlySet<ErrorCode> = new Set([
  'unreadable',
  'unknown_type',
  'bad_request',
  'too_large',
]);
export const POLLUTED = 'polluted';
const POISONS = [
  `"__proto__":{"requestId":"${POLLUTED}","localId":"${POLLUTED}"}`,
  `"constructor":{"prototype":{"requestId":"${POLLUTED}","localId":"${POLLUTED}"}}`,
  `"cursors":{"__proto__":{"requestId":"${POLLUTED}"}}`,
  `"conversations":{"constructor":{"prototype":{"requestId":"${POLLUTED}"}}}`,
];

/** How a lane's frames were answered: how many of a kind, and how many with what. */
export type Tally = Map<string, number>;

/**
 * Sends frames over one connection, the next when the last one is answered; a frame that must close the connection
 * is followed by a new one.
 *
 * @throws {Error} at the first frame that is not answered as it must be, with the frame and what sends it again
 */
export async function sendMalformed(
  connect: () => Promise<ChatUser>,
  lane: { readonly seed: number; readonly frames: number; readonly vocabulary: Vocabulary },
  tally: Tally,
): Promise<void> {
  const { seed, frames, vocabulary } = lane;
  const chance = new Chance(seed);
  const count = (what: string): unknown => tally.set(what, (tally.get(what) ?? 0) + 1);
  let device = await connect();
  for (let number = 1; number <= frames; number += 1) {
    const kind = chance.pick(KINDS);
    const frame = textOf(chance, vocabulary, kind);
    count(kind);
    const code = closeCodeOf(kind, frame);
    try {
      if (code === undefined) count(await answered(device, frame));
      else {
        device.client.socket.send(frame, { binary: kind === 'binary' });
        const closed = await device.client.closed;
        if (closed.code !== code) throw new Error(`closed with ${closed.code}, not with ${code}`);
        count(`closed ${code}`);
        device = await connect();
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`frame ${number} of seed ${seed}: ${why}\n${JSON.stringify(frame)}`, {
        cause: error,
      });
    }
  }
}

function textOf(chance: Chance, vocabulary: Vocabulary, kind: Kind): string {
  if (kind === 'binary') return frameOf(chance, vocabulary, 'made');
  if (kind !== 'poison') return frameOf(chance, vocabulary, kind);
  const { requestId: _, ...request } = requestOf(chance, vocabulary);
  return `${JSON.stringify(request).slice(0, -1)},${chance.pick(POISONS)}}`;
}

function closeCodeOf(kind: Kind, frame: string): number | undefined {
  if (Buffer.byteLength(frame) > LIMITS.frameBytes) return 1009;
  return kind === 'binary' ? 1003 : undefined;
}

/** Sends a frame and looks at its answer. Says what it was answered with. */
async function answered({ client }: ChatUser, frame: string): Promise<string> {
  client.send(frame);
  // The gateway's own frames have no type, and answer nothing.
  const got = answer.parse(
    await client.next((next) => next['type'] === undefined || !isUnasked(next)),
  );
  const asked = read(frame);
  if (got.type === 'error' && got.code === 'internal') throw new Error('answered with internal');
  if (!isRequest(asked) && !isRefusal(got)) {
    throw new Error(`it is no request, and answered with ${JSON.stringify(got)}`);
  }
  const echoed = requestId.safeParse(asked['requestId']).data;
  if (got.requestId !== undefined && got.requestId !== echoed) {
    throw new Error(`its requestId is ${echoed}, and its answer's is ${got.requestId}`);
  }
  return got.type === 'error' ? got.code : got.type;
}

function isRefusal(got: Answer): boolean {
  return got.type === 'error' && REFUSED.has(got.code);
}

function isRequest(frame: Readonly<Record<string, unknown>>): boolean {
  const { type } = frame;
  if (typeof type !== 'string' || !Object.hasOwn(clientMessages, type)) return false;
  return clientMessages[type as ClientMessageType].safeParse(frame).success;
}

function read(frame: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(frame);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
