import type { IncomingHttpHeaders } from 'node:http';
import type { AwsError } from './aws-error.ts';
import type { Caller } from './caller.ts';
import type { Right } from './policy.ts';

/**
 * What every service behind the local endpoint looks like. A further one (SNS) is a file that implements
 * `Service` and a line in `endpoint.ts`; policy check, faults and the meter's counts come with it.
 */

export type ServiceName = 'dynamodb' | 'sqs' | 'execute-api' | 's3';

export interface AwsRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** One call, read and understood, not yet carried out. */
export interface Operation {
  /** `PutItem`, `SendMessage`, `PostToConnection` … */
  readonly name: string;
  /** Everything the caller must be allowed to do. */
  readonly rights: readonly Right[];
  /**
   * Carries it out and puts it on the meter. May be called twice (the fault `duplicate`).
   * Rejects with an `AwsError` for a refusal of the service itself.
   */
  run(caller: Caller, signal: AbortSignal): Promise<AwsAnswer>;
  /** The keys of the partitions that it touches, where there is such a thing. */
  readonly partitions?: readonly string[];
  /**
   * Batches only: carries out all but the last entry (the fault `partial`), or all but those of one partition
   * (`throttle` with a `partition`, a pattern), and says so as the service does.
   */
  runInPart?(caller: Caller, signal: AbortSignal, partition?: string): Promise<AwsAnswer>;
}

export interface Service {
  readonly name: ServiceName;
  /** The most that a request's body may have; what DynamoDB takes by default. */
  readonly largestBodyBytes?: number;
  /** Whether a request is meant for it, by its form alone (for callers whose signature names no service). */
  recognises(request: AwsRequest): boolean;
  /** What it answers without a signature, if anything: a browser's question whether another origin may ask. */
  readonly unsignedAnswer?: (request: AwsRequest) => AwsAnswer | undefined;
  /** What it adds to every answer of its own, refusals too. */
  readonly finish?: (request: AwsRequest, answer: AwsAnswer) => AwsAnswer;
  /** Throws an `AwsError` for a request it cannot read, or that the caller has not signed as it must be. */
  read(request: AwsRequest, caller: Caller): Operation | Promise<Operation>;
  /** The error in the service's own protocol. */
  refuse(error: AwsError): AwsAnswer;
  /** What it says to a caller whose role lacks a right, to a caller it does not know, and to an unsigned call. */
  denied(sentence: string): AwsError;
  unknownCaller(): AwsError;
  unsigned(): AwsError;
  /** What it says when it has too much to do, and when it failed. */
  throttled(operation: Operation): AwsError;
  failed(): AwsError;
  /** What it says when another transaction has the item in hand; `undefined` where that cannot be. */
  conflicted?(operation: Operation): AwsError | undefined;
}
