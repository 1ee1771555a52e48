import type { Caller } from '../../lambdas/core/caller.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Answer } from '../../protocol/server-message.ts';
import type { LogLine } from '../memory/log.ts';
import { Chance } from './chance.ts';
import { FailingPorts } from './failing-ports.ts';
import { frameOf, type FrameKind } from './frames.ts';
import { createFuzzWorld, type FuzzWorld } from './fuzz-world.ts';
import { watchPrototypes } from './prototypes.ts';

/** Then a new world: this one's logs have grown long. */
export const FRAMES_PER_ROUND = 2_000;
/** Every so many rounds the ports fail. */
const FAILING_EVERY = 3;
const FRAMES_PER_DELIVERY = 250;
/** A text of a frame that is shorter may stand in a log line by chance. */
const TELLING_LENGTH = 6;
const KINDS: readonly FrameKind[] = ['made', 'made', 'mutated', 'mutated', 'mutated', 'raw'];
const MOST_CONVERSATIONS = 40;

/** A frame, and where it stands: the same seed sends the same frames. */
export interface Sent {
  readonly seed: number;
  /** From 1. */
  readonly number: number;
  readonly frame: string;
  readonly answer: Answer;
}

/** A frame that was not answered as every frame must be. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';

  constructor({ seed, number, frame }: Omit<Sent, 'answer'>, why: string, cause?: unknown) {
    super(
      `frame ${number} of seed ${seed}: ${why}\n` +
        `  frame: ${JSON.stringify(frame)}\n` +
        `  again: npm run fuzz -- --seed ${seed} --frames ${number}`,
      { cause },
    );
  }
}

export interface FuzzOptions {
  /** Called before each frame; what it answers is called with the frame and its answer. */
  readonly onFrame?: () => (sent: Sent) => void;
  /** Called once a round, before the first frame. */
  readonly onWorld?: (world: FuzzWorld) => void;
}

/**
 * Sends frames into a world of their own, and looks at every answer.
 *
 * @throws FuzzFailure
 */
export async function fuzzRound(
  seed: number,
  frames: number,
  { onFrame, onWorld }: FuzzOptions = {},
): Promise<void> {
  const arePrototypesAsBefore = watchPrototypes();
  const ports = new FailingPorts(seed);
  const world = await createFuzzWorld(seed, ports);
  onWorld?.(world);
  const chance = new Chance(seed);
  for (let number = 1; number <= frames; number += 1) {
    await disturb(chance, world);
    const kind = chance.pick(KINDS);
    const caller = chance.pick(world.callers);
    const frame = frameOf(chance, world.vocabulary, kind);
    try {
      ports.failing = seed % FAILING_EVERY === 0;
      const sent = onFrame?.();
      const answer = await answered(world, ports, caller, frame);
      sent?.({ seed, number, frame, answer });
      ports.failing = false;
      learn(world, answer);
      if (number % FRAMES_PER_DELIVERY === 0 || number === frames) {
        await delivered(world);
        if (!arePrototypesAsBefore())
          throw new Error('a frame since the last delivery has changed a prototype');
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new FuzzFailure({ seed, number, frame }, why, error);
    }
  }
}

/** Time passes, and now and then a number is taken by who dies with it. */
async function disturb(chance: Chance, { chat, vocabulary }: FuzzWorld): Promise<void> {
  const { clock, conversations } = chat.ports;
  clock.advance(chance.odds(0.01) ? 2_500 : chance.below(50));
  if (chance.odds(0.01)) {
    await conversations.takeNumber(chance.pick(vocabulary.conversationIds), 'bob', clock.now());
  }
}

async function answered(
  { chat, vocabulary }: FuzzWorld,
  ports: FailingPorts,
  caller: Caller,
  frame: string,
): Promise<Answer> {
  const logged = chat.ports.log.lines.length;
  const brokenBefore = ports.broken;
  const answer = await chat.ask(caller, frame);
  const isOurs = ports.broken === brokenBefore;
  if (Buffer.byteLength(JSON.stringify(answer)) > LIMITS.frameBytes) {
    throw new Error('its answer is larger than a frame');
  }
  if (answer.type === 'error') {
    const { code, message } = answer;
    if (code === 'internal' && isOurs) throw new Error('answered with internal');
    // What the ports threw holds all that they were called with.
    const isPlain = message === ERRORS[code].message;
    if ((code === 'internal' || code === 'busy') && !isPlain) throw new Error(`said: ${message}`);
  }
  const lines = chat.ports.log.lines.slice(logged);
  if (lines.length === 0) return answer;
  const texts = tellingTexts(frame).filter((text) => !vocabulary.conversationIds.includes(text));
  for (const line of lines) {
    if (line.level === 'error' && isOurs) throw new Error(`logged ${JSON.stringify(line)}`);
    const told = texts.find((text) => tells(line, text));
    if (told !== undefined) throw new Error(`logged ${told}, which is the frame's`);
  }
  return answer;
}

/** What others get of all this must have the documented shape too, and fit a frame. */
async function delivered({ chat, callers }: FuzzWorld): Promise<void> {
  const logged = chat.ports.log.lines.length;
  await chat.deliver();
  const wrong = chat.ports.log.lines.slice(logged).find(({ level }) => level === 'error');
  if (wrong !== undefined) throw new Error(`logged ${JSON.stringify(wrong)}`);
  for (const caller of callers) {
    chat.framesOf(caller);
    const posted = chat.ports.connections.framesOf(caller.connectionId);
    if (posted.some((text) => Buffer.byteLength(text) > LIMITS.frameBytes)) {
      throw new Error('a posted frame is larger than a frame may be');
    }
  }
}

/** Later frames are about what these have made; and who has signed out is back with them. */
function learn({ chat, callers, vocabulary }: FuzzWorld, answer: Answer): void {
  const { conversationIds, serverIds } = vocabulary;
  if (answer.type === 'signed_out')
    for (const { connectionId } of callers) chat.ports.connections.open(connectionId);
  if (answer.type === 'ack') serverIds.push(answer.serverId);
  if (answer.type === 'conversation' && conversationIds.length < MOST_CONVERSATIONS) {
    conversationIds.push(answer.conversationId);
  }
}

/** The texts of a frame that no log may hold: those of its fields, or its own beginning if it has none. */
function tellingTexts(frame: string): string[] {
  const texts = new Set<string>();
  try {
    // The reviver sees every value of a frame that is not too deep for it.
    JSON.parse(frame, (_key, value: unknown) => {
      if (typeof value === 'string' && value.length >= TELLING_LENGTH) texts.add(value);
      return value;
    });
  } catch {
    if (frame.length >= TELLING_LENGTH) texts.add(frame.slice(0, 4 * TELLING_LENGTH));
  }
  return [...texts];
}

function tells({ event, fields }: LogLine, text: string): boolean {
  return [event, ...Object.values(fields)].some((value) => String(value).includes(text));
}
