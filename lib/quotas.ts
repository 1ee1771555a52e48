/**
 * AWS's figures that the stack is cut to. Read from AWS's public documentation, 2025-11 to 2026-06,
 * for us-east-1; other regions may lie lower. Nothing else in `lib/` holds such a number.
 */
export const quotas = {
  /** API Gateway: requests per second of an account and region, shared with `@connections` posts. */
  apiRequestsPerSecond: 10_000,
  /** API Gateway: the account's burst. */
  apiBurst: 5_000,
  /** Lambda: what a fresh account may run at once before it has asked for more (1,000 is the usual quota). */
  newAccountConcurrency: 10,
  /** Lambda: the smallest cap that an SQS event source takes. */
  eventSourceConcurrencyLeast: 2,
  /** Lambda: the largest cap that an SQS event source takes. */
  eventSourceConcurrencyMost: 1_000,
  /** Lambda: the most messages of a FIFO queue in one event. */
  fifoBatchSize: 10,
  /** S3: the most that one copy takes, and one form. */
  largestCopyBytes: 5 * 1024 ** 3,
  /** SQS: the longest that a queue keeps a message. */
  queueRetentionDays: 14,
  /** SQS → Lambda: AWS asks for a visibility time-out of at least so many function time-outs. */
  visibilityPerTimeout: 6,
  /** SQS → Lambda: AWS asks for at least so many receives before a message moves to the DLQ. */
  receivesLeast: 5,
} as const;
