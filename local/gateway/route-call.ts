import type { Resources } from '../assembly/resources.ts';
import type { Clock } from '../clock.ts';
import type { Invocation, Invoke } from '../lambda/invoke.ts';
import { isRecord } from './is-record.ts';
import { limits } from './limits.ts';
import { mayInvoke } from './permission.ts';
import type { Target } from './permission.ts';

export interface CallOptions {
  readonly resources: Pick<Resources, 'permissions' | 'roles'>;
  readonly invoke: Invoke;
  readonly clock: Clock;
}

/** What a Lambda proxy integration answered. */
export interface ProxyAnswer {
  readonly kind: 'answer';
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type CallResult =
  | ProxyAnswer
  /** The handler threw, died, ran out of its own time, or answered what is no proxy answer. */
  | { readonly kind: 'failed'; readonly why: string }
  /** API Gateway has no permission to invoke the function. */
  | { readonly kind: 'not-permitted'; readonly why: string }
  /** No answer within API Gateway's 29 seconds. The function may run on. */
  | { readonly kind: 'timed-out'; readonly why: string };

/** The only keys of a proxy answer. Any other makes it malformed, as on AWS. */
const ANSWER_KEYS = new Set([
  'statusCode',
  'headers',
  'multiValueHeaders',
  'body',
  'isBase64Encoded',
]);

/**
 * Invokes a function as API Gateway does: only with a permission, and for at most 29 s
 * of the clock. Never rejects.
 */
export function callFunction(
  options: CallOptions,
  target: Target,
  event: unknown,
): Promise<Invocation | 'timed-out' | 'not-permitted'> {
  if (!mayInvoke(options.resources, target)) return Promise.resolve('not-permitted');
  return new Promise((resolve) => {
    const cancel = options.clock.after(limits.integrationMilliseconds, () => resolve('timed-out'));
    void options.invoke(target.functionArn, event).then(resolve).finally(cancel);
  });
}

/** `callFunction` for a route: its answer read as a Lambda proxy integration's. */
export async function callRoute(
  options: CallOptions,
  target: Target,
  event: unknown,
): Promise<CallResult> {
  const result = await callFunction(options, target, event);
  if (result === 'timed-out') {
    return { kind: 'timed-out', why: `no answer from ${target.functionArn} within 29 s` };
  }
  if (result === 'not-permitted') return { kind: 'not-permitted', why: noPermission(target) };
  if (result.ok) return readAnswer(result.payload);
  return { kind: 'failed', why: `${result.errorType}: ${result.errorMessage}` };
}

/** For the log: which permission is missing. */
export function noPermission({ functionArn, sourceArn }: Target): string {
  return `API Gateway has no permission to invoke ${functionArn} for ${sourceArn}`;
}

function readAnswer(
  payload: unknown,
): ProxyAnswer | { readonly kind: 'failed'; readonly why: string } {
  const malformed = { kind: 'failed', why: 'malformed Lambda proxy response' } as const;
  if (!isRecord(payload) || Object.keys(payload).some((key) => !ANSWER_KEYS.has(key))) {
    return malformed;
  }
  const { statusCode, body } = payload;
  const status = typeof statusCode === 'string' ? Number(statusCode) : statusCode;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
    return malformed;
  }
  if (body !== undefined && body !== null && typeof body !== 'string') return malformed;
  const headers = readHeaders(payload['headers'], payload['multiValueHeaders']);
  if (headers === undefined) return malformed;
  return { kind: 'answer', statusCode: status, headers, body: body ?? '' };
}

function readHeaders(single: unknown, multi: unknown): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const source of [single ?? {}, multi ?? {}]) {
    if (!isRecord(source)) return undefined;
    for (const [name, value] of Object.entries(source)) {
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (values.some((one) => !['string', 'number', 'boolean'].includes(typeof one))) {
        return undefined;
      }
      headers[name] = values.map(String).join(', ');
    }
  }
  return headers;
}
