import { Unavailable } from '../core/ports.ts';

/** Too much at once, or another one at the same row: nothing happened, and later it may. */
const THROTTLES: ReadonlySet<string> = new Set([
  'KmsThrottled',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'ReplicatedWriteConflictException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

/** No answer in time: what was asked for may have happened. */
const TIMEOUTS: ReadonlySet<string> = new Set([
  'AbortError',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
]);

const NETWORK_CODES: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** What the SDK's exceptions carry, and what Node's do. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number };
}

/**
 * Makes one call of an AWS client.
 *
 * @throws Unavailable when it was throttled, failed on the other side, or its outcome is unknown. Whatever else
 *   the client throws (a condition, a missing right, a mistake of ours) leaves as it came.
 */
export async function calling<Output>(call: Promise<Output>): Promise<Output> {
  try {
    return await call;
  } catch (error) {
    throw isPassing(error) ? unavailable(error) : error;
  }
}

/** Whether the same call may succeed later. */
export function isPassing(error: unknown): error is Error {
  if (!(error instanceof Error)) {
    return false;
  }
  const { name, code = '' } = error as SdkError;
  const status = statusOf(error) ?? 0;
  return (
    status >= 500 ||
    status === 429 ||
    THROTTLES.has(name) ||
    TIMEOUTS.has(name) ||
    NETWORK_CODES.has(code)
  );
}

/** The HTTP status of the answer that an SDK exception stands for. */
export function statusOf(error: Error): number | undefined {
  const { $metadata, $response } = error as SdkError;
  return $metadata?.httpStatusCode ?? $response?.statusCode;
}

export function unavailable(cause: Error): Unavailable {
  return new Unavailable(`unable to complete a call of AWS; ${cause.name}`, { cause });
}
