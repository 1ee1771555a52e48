import * as z from 'zod';
import { localId, requestId } from './fields.ts';

/**
 * Every way a request can be refused: the closed list. `retryable` says whether the same frame, sent
 * again later, may succeed; the sentence is for people and may change, the code never does.
 */
export const ERRORS = {
  unreadable: {
    retryable: false,
    message: 'unable to read the frame; it is not a JSON object within the limits',
  },
  unknown_type: { retryable: false, message: 'unable to serve the frame; its type is unknown' },
  bad_request: {
    retryable: false,
    message: 'unable to serve the request; it does not have the documented shape',
  },
  too_large: {
    retryable: false,
    message: 'unable to serve the request; it is larger than the limit',
  },
  unauthorized: { retryable: false, message: 'unable to serve the request; the token has expired' },
  forbidden: {
    retryable: false,
    message: 'unable to serve the request; you have no right to it',
  },
  not_found: {
    retryable: false,
    message: 'unable to find the conversation; it does not exist or you are not a member',
  },
  message_not_found: {
    retryable: false,
    message: 'unable to find the message; it does not exist or you may not see it',
  },
  attachment_not_found: {
    retryable: false,
    message: 'unable to find the attachment; it does not exist, has expired, or is not yours',
  },
  attachment_not_ready: {
    retryable: true,
    message: 'unable to send the attachment yet; its upload is not confirmed',
  },
  local_id_reused: {
    retryable: false,
    message: 'unable to accept the request; its localId was used for other content',
  },
  rate_limited: {
    retryable: true,
    message: 'unable to serve the request now; you are over your limit',
  },
  busy: { retryable: true, message: 'unable to serve the request now; try again' },
  internal: {
    retryable: true,
    message: 'unable to serve the request; something failed on our side',
  },
} as const satisfies Record<string, { retryable: boolean; message: string }>;

export type ErrorCode = keyof typeof ERRORS;

export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** The one answer to a request that was refused. */
export const error = z.strictObject({
  type: z.literal('error'),
  code: z.enum(ERROR_CODES),
  message: z.string(),
  retryable: z.boolean(),
  requestId: requestId.optional(),
  localId: localId.optional(),
  /** Wait at least this long before the next try. */
  retryAfterMs: z.int().nonnegative().optional(),
});
export type ErrorMessage = z.infer<typeof error>;
