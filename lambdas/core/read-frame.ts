import type * as z from 'zod';
import {
  clientMessages,
  type ClientMessage,
  type ClientMessageType,
} from '../../protocol/client-message.ts';
import { localId, requestId } from '../../protocol/fields.ts';
import { atMost, LIMITS } from '../../protocol/limits.ts';
import { Refusal, tooLarge } from './refusal.ts';

/** Keys that could reach a prototype; no message of ours has them. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const LONGEST_DETAIL = 200;

/** A frame's own marks, echoed in whatever answers it. */
export interface Marks {
  readonly requestId?: string;
  readonly localId?: string;
}

export type Frame = Readonly<Record<string, unknown>>;

/**
 * Reads a frame as a JSON object within the bounds of size and depth, before anything else looks at it.
 * @throws Refusal `too_large`, `unreadable`
 */
export function readFrame(body: string): Frame {
  if (Buffer.byteLength(body) > LIMITS.frameBytes)
    throw tooLarge('the frame', atMost(LIMITS.frameBytes, 'bytes'));
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('unreadable');
  // The bound of depth comes first: what nests 65,000 deep parses, and then nothing can print it (F-70).
  const frame = value as Frame;
  if (!isWithinBounds(frame)) throw new Refusal('unreadable');
  return frame;
}

/** The marks of a frame that are fit to be echoed. */
export function marksOf(frame: Frame): Marks {
  const request = requestId.safeParse(frame['requestId']);
  const local = localId.safeParse(frame['localId']);
  return {
    ...(request.success && { requestId: request.data }),
    ...(local.success && { localId: local.data }),
  };
}

/**
 * The request that a frame is.
 * @param served by type: every other type is unknown here
 * @throws Refusal `unknown_type`, `bad_request`, `too_large`
 */
export function toRequest(
  frame: Frame,
  served: { readonly [Type in ClientMessageType]?: unknown },
): ClientMessage {
  const type = frame['type'];
  if (typeof type !== 'string' || !Object.hasOwn(served, type)) throw new Refusal('unknown_type');
  const parsed = clientMessages[type as ClientMessageType].safeParse(frame, {
    error: sizeSentence,
  });
  if (!parsed.success) throw refusalOf(parsed.error.issues);
  return parsed.data;
}

/** What is too large, and nothing else, is refused as that. */
function refusalOf(issues: readonly z.core.$ZodIssue[]): Refusal {
  const wrong = issues.find((issue) => !isTooLarge(issue));
  const issue = wrong ?? issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'the frame' : issue.path.join('.');
  const sentence = issue?.message ?? 'not as documented';
  return wrong === undefined
    ? tooLarge(where, sentence)
    : new Refusal('bad_request', detailOf(where, sentence));
}

function isTooLarge(issue: z.core.$ZodIssue): boolean {
  if (issue.code === 'custom') return issue.params?.['tooLarge'] === true;
  return issue.code === 'too_big' && (issue.origin === 'string' || issue.origin === 'array');
}

/** Of a limit whose schema has no sentence of its own. */
function sizeSentence(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'too_big') return undefined;
  const units = { string: 'UTF-16 units', array: 'entries' };
  return Object.hasOwn(units, issue.origin)
    ? atMost(Number(issue.maximum), units[issue.origin as keyof typeof units])
    : undefined;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal('unreadable');
  }
}

/** Walks without recursion, so that no depth can overflow the stack. */
function isWithinBounds(root: Frame): boolean {
  const waiting: { value: Frame; depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.depth > LIMITS.frameDepth) return false;
    for (const [key, value] of Object.entries(next.value)) {
      if (FORBIDDEN_KEYS.has(key)) return false;
      if (typeof value === 'object' && value !== null)
        waiting.push({ value: value as Frame, depth: next.depth + 1 });
    }
  }
  return true;
}

/** In few characters, all of which any terminal can show: a key of the frame may stand in it. */
function detailOf(where: string, sentence: string): string {
  return `unable to serve the request; ${where}: ${sentence}`
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, LONGEST_DETAIL);
}
