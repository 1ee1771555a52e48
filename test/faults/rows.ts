/**
 * The catalogue of faults: what the primitives do when they fail, and so what the chat must live with. Each
 * has a test whose name begins with its id; DESIGN §8's endpoint and gateway inject most of them.
 */
export const FAULTS = {
  // API Gateway WebSocket
  'F-01': '$disconnect never comes',
  'F-02': '$disconnect comes late, for an older connection of the same user',
  'F-03': 'connections end after two hours, and after ten idle minutes',
  'F-04': 'a post before $connect has returned is answered as gone',
  'F-05': 'a post to a connection that is gone',
  'F-06': 'a post is throttled, by the account’s rate or one client’s full buffer',
  'F-07': 'a post is forbidden: a missing permission or the wrong endpoint',
  'F-08': 'a frame is too large, in either direction',
  'F-09': 'a binary frame closes the connection',
  'F-10': 'the gateway’s own error frames arrive among ours',
  'F-11': 'a route without a route response answers nothing',
  'F-12': 'frames of one connection run at once, in any order',
  'F-13': 'a post succeeds to a client that is gone',
  'F-14': 'new connections per second have a quota',
  'F-15': 'throttles of a stage are no guarantee',
  'F-16': 'what a function does not wait for is frozen with it',
  // Lambda
  'F-20': 'an event is delivered twice',
  'F-21': 'a function is killed between any two calls',
  'F-22': 'a part of a batch fails',
  'F-23': 'an event source is throttled',
  'F-24': 'a route’s function fails, or takes too long',
  'F-25': 'an environment serves many users, and its clock is off',
  // SQS
  'F-30': 'a standard queue doubles and reorders',
  'F-31': 'nobody knows whether a message was enqueued',
  'F-32': 'one message holds up its FIFO group',
  'F-33': 'a FIFO queue swallows a repeated deduplication id',
  'F-34': 'a dead-letter queue takes messages out of their order',
  'F-35': 'a dead letter’s age counts from its first enqueue',
  'F-36': 'some characters are refused in a body',
  'F-37': 'a part of a batch is not enqueued',
  // DynamoDB
  'F-40': 'a write fails and has happened',
  'F-41': 'a retry of the SDK meets its own write',
  'F-42': 'a transaction meets another at the same row',
  'F-43': 'a transaction’s token is used for other content',
  'F-44': 'an index lags behind its table',
  'F-45': 'a read is stale',
  'F-46': 'TTL deletes days late',
  'F-47': 'an expiry in the wrong unit',
  'F-48': 'a batch comes back incomplete',
  'F-49': 'one partition is hot',
  'F-50': 'pages, items and transactions have limits, and pages can be empty',
  'F-51': 'a query beside a running transaction sees a part of it',
  'F-52': 'a table is restored to an earlier time',
  // SNS mobile push
  'F-60': 'an endpoint is disabled',
  'F-61': 'an endpoint exists with other attributes, or is not found',
  'F-62': 'a push is published twice',
  'F-63': 'a worker dies between the claim and the publish',
  'F-64': 'a push is late',
  'F-65': 'a user comes online while a push is on its way',
  // Input
  'F-70': 'JSON that nests too deep to be printed again',
  'F-71': 'keys that reach for a prototype',
  'F-72': 'lone surrogates and NUL',
  'F-73': 'line breaks and terminal codes that would forge a log record',
} as const;

export type Fault = keyof typeof FAULTS;

/** Without a test so far, and what will bring it. A row leaves this list with its test. */
export const PENDING: Partial<Readonly<Record<Fault, string>>> = {
  'F-03': 'the client SDK',
  'F-09': 'the client SDK',
  'F-10': 'the client SDK',
  'F-14': 'the client SDK',
  'F-24': 'the client SDK',
  'F-37': 'mobile push, which is the first to enqueue in batches',
  'F-60': 'mobile push',
  'F-61': 'mobile push',
  'F-62': 'mobile push',
  'F-63': 'mobile push',
  'F-64': 'mobile push',
  'F-65': 'mobile push',
};
