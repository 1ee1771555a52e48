import { ERRORS, type ErrorCode, type ErrorMessage } from '../../protocol/errors.ts';
import { Unavailable } from './ports.ts';

/** Thrown by an action to refuse its request with a code of the closed list. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  /** `detail` replaces the code's own sentence; it must hold nothing of what a user wrote. */
  constructor(code: ErrorCode, detail?: string, retryAfterMs?: number) {
    super(detail ?? ERRORS[code].message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What is larger than its limit, and the limit: `content`, `at most 16,384 bytes as JSON`. */
export function tooLarge(where: string, limit: string): Refusal {
  return new Refusal('too_large', `unable to serve the request; ${where}: ${limit}`);
}

/**
 * What anything thrown is to the client: a refusal as it stands, an unavailable port `busy` (nothing is
 * known, so the client may try again), everything else `internal` with nothing of its cause.
 */
export function toRefusal(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof Unavailable) return new Refusal('busy');
  return new Refusal('internal');
}

/** The frame that tells of a refusal. */
export function errorMessage(
  refusal: Refusal,
  marks: { requestId?: string; localId?: string },
): ErrorMessage {
  return {
    type: 'error',
    code: refusal.code,
    message: refusal.message,
    retryable: ERRORS[refusal.code].retryable,
    ...marks,
    ...(refusal.retryAfterMs !== undefined && { retryAfterMs: refusal.retryAfterMs }),
  };
}
