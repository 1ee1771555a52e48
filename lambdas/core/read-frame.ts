import {
  clientMessages,
  type ClientMessage,
  type ClientMessageType,
} from '../../protocol/client-message.ts';
import { localId, requestId } from '../../protocol/fields.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { Refusal } from './refusal.ts';

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
  if (Buffer.byteLength(body) > LIMITS.frameBytes) throw new Refusal('too_large');
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
  const parsed = clientMessages[type as ClientMessageType].safeParse(frame);
  if (!parsed.success) throw new Refusal('bad_request', detailOf(parsed.error.issues[0]));
  return parsed.data;
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

function detailOf(issue: { path: PropertyKey[]; message: string } | undefined): string {
  const where =
    issue === undefined || issue.path.length === 0 ? 'the frame' : issue.path.map(String).join('.');
  return `unable to serve the request; ${where}: ${issue?.message ?? 'not as documented'}`
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, LONGEST_DETAIL);
}
