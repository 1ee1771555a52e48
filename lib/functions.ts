/** The deployed functions, by the name of their file in `lambdas/`. */
export const functionNames = [
  'authorize',
  'connection',
  'commands',
  'queries',
  'signals',
  'identity',
  'fan-out',
  'uploads',
] as const;

export type FunctionName = (typeof functionNames)[number];

/** One value for each function. */
export function byFunction<Value>(
  make: (name: FunctionName) => Value,
): Readonly<Record<FunctionName, Value>> {
  return {
    authorize: make('authorize'),
    connection: make('connection'),
    commands: make('commands'),
    queries: make('queries'),
    signals: make('signals'),
    identity: make('identity'),
    'fan-out': make('fan-out'),
    uploads: make('uploads'),
  };
}

export interface FunctionSize {
  /** Megabytes; CPU comes in proportion, one whole core at 1,769. */
  readonly memory: number;
  /** Seconds. */
  readonly timeout: number;
  readonly description: string;
}

/**
 * 512 MB halves the cold start of 256 (loading the SDK is CPU-bound) at the same price per start, and a
 * warm invocation is mostly waiting for DynamoDB. Fan-out signs and encrypts a request per connection,
 * with many in flight: it gets twice that.
 *
 * Time-outs: clients wait for an answer, so a route that hangs is worth less than an error frame and a
 * retry. A killed fan-out worker holds its conversation for the whole visibility time-out, which is a
 * multiple of this.
 */
export const functionSizes: Readonly<Record<FunctionName, FunctionSize>> = {
  authorize: { memory: 512, timeout: 10, description: 'Checks the token of a new connection.' },
  connection: { memory: 512, timeout: 10, description: 'Opens and closes sessions.' },
  commands: { memory: 512, timeout: 10, description: 'Messages from clients that write.' },
  queries: { memory: 512, timeout: 10, description: 'Messages from clients that read.' },
  signals: { memory: 512, timeout: 10, description: 'Messages from clients that others are told.' },
  identity: { memory: 512, timeout: 10, description: 'Messages about who a client is.' },
  'fan-out': { memory: 1024, timeout: 10, description: 'Delivers news to open connections.' },
  uploads: { memory: 512, timeout: 10, description: 'Confirms files that were uploaded.' },
};
