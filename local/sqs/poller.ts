import type { EventSourceMappingResource, RoleResource } from '../assembly/resources.ts';
import type { Clock } from '../clock.ts';
import { AwsError } from '../endpoint/aws-error.ts';
import type { Meter } from '../endpoint/meter.ts';
import { evaluate } from '../endpoint/policy.ts';
import type { Invoke } from '../lambda/invoke.ts';
import { failedMessages } from './batch-failures.ts';
import { lambdaEvent } from './lambda-event.ts';
import { sizeOf } from './message.ts';
import type { ReceivedMessage } from './message.ts';
import type { Queue } from './queue.ts';

export interface PollerOptions {
  readonly mapping: EventSourceMappingResource;
  readonly queue: Queue;
  /** The execution role of the function: it is what may read the queue, as on AWS. */
  readonly role: RoleResource;
  readonly region: string;
  readonly invoke: Invoke;
  readonly clock: Clock;
  /** Receives and deletes of an event source are on the account's bill like anybody's. */
  readonly meter: Meter;
  readonly log?: (line: string) => void;
}

export interface Poller {
  /** Takes no further batch, waits for those in hand, and for what they did to be written down. */
  stop(): Promise<void>;
}

/** What the role needs, or nothing is delivered. Source: Lambda Developer Guide, "Using Lambda with Amazon SQS". */
const NEEDED_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
/** How many batches Lambda starts with when the mapping sets no maximum. */
const DEFAULT_CONCURRENCY = 5;
/** What one `ReceiveMessage` gives at most. */
const LARGEST_RECEIVE = 10;
const LONG_POLL_MILLISECONDS = 20_000;
/** A batch ends before the payload of an invocation, 6 MB, is full; what an event adds to the bodies included. */
const LARGEST_BATCH_BYTES = 5 * 1024 * 1024;

/**
 * An event source mapping at work: SQS to Lambda as AWS does it. `maximumConcurrency` receivers wait on the
 * queue by long poll; each takes a batch, invokes the function, and deletes what succeeded. What failed is left
 * alone, and comes back when its visibility time is over. On a FIFO queue a batch may hold several groups, and
 * the queue itself gives no more of a group while one of it is in flight.
 */
export function startPoller(options: PollerOptions): Poller {
  const { mapping, queue, role, log = () => {} } = options;
  if (!mapping.enabled) return { stop: async () => {} };
  const missing = NEEDED_ACTIONS.filter(
    (action) =>
      evaluate(role.statements, { action, resource: queue.identity.arn }).verdict !== 'allowed',
  );
  if (missing.length > 0) {
    log(
      `${queue.identity.name} delivers nothing to ${mapping.functionArn}: the role ${role.arn} lacks ${missing.join(', ')} on the queue.`,
    );
    return { stop: async () => {} };
  }
  const controller = new AbortController();
  const receivers = Array.from({ length: mapping.maximumConcurrency ?? DEFAULT_CONCURRENCY }, () =>
    receiveForever(options, controller.signal).catch((error: unknown) => {
      log(`The poller of ${queue.identity.name} failed: ${String(error)}`);
    }),
  );
  return {
    stop: async () => {
      controller.abort();
      await Promise.all(receivers);
    },
  };
}

async function receiveForever(options: PollerOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const batch = await gather(options, signal);
    if (batch.length > 0) await deliver(options, batch);
  }
}

/**
 * Waits for a first message, then takes what is there. With a batching window (standard queues only) goes on
 * until the window is over or the batch full.
 */
async function gather(
  { mapping, queue, clock, meter }: PollerOptions,
  signal: AbortSignal,
): Promise<readonly ReceivedMessage[]> {
  const batch: ReceivedMessage[] = [];
  let bytes = 0;
  const receive = async (waitMilliseconds: number): Promise<void> => {
    const received = await queue.receive({
      maximum: Math.min(mapping.batchSize - batch.length, LARGEST_RECEIVE),
      waitMilliseconds,
      signal,
    });
    const size = received.reduce(
      (total, { message }) => total + sizeOf(message.body, message.attributes),
      0,
    );
    if (!signal.aborted || received.length > 0) meterRequest(meter, queue, 'ReceiveMessage', size);
    batch.push(...received);
    bytes += size;
  };

  await receive(LONG_POLL_MILLISECONDS);
  if (queue.fifo || mapping.batchingWindowSeconds === 0) return batch;
  const deadline = clock.now() + mapping.batchingWindowSeconds * 1000;
  for (;;) {
    const left = deadline - clock.now();
    const full = batch.length === mapping.batchSize || bytes >= LARGEST_BATCH_BYTES;
    if (batch.length === 0 || full || left <= 0 || signal.aborted) return batch;
    await receive(Math.min(left, LONG_POLL_MILLISECONDS));
  }
}

async function deliver(
  { mapping, queue, region, invoke, meter, log = () => {} }: PollerOptions,
  batch: readonly ReceivedMessage[],
): Promise<void> {
  const event = lambdaEvent(queue, region, batch);
  const invocation = await invoke(mapping.functionArn, event);
  const failed = failedMessages(invocation, batch, mapping.reportBatchItemFailures);
  const done = batch.filter(({ message }) => !failed.has(message.messageId));
  for (let at = 0; at < done.length; at += LARGEST_RECEIVE) {
    meterRequest(meter, queue, 'DeleteMessageBatch', 0);
    for (const { message, receiptHandle } of done.slice(at, at + LARGEST_RECEIVE)) {
      try {
        queue.delete(receiptHandle);
      } catch (error) {
        // The function took longer than the visibility time: the message comes again.
        if (!(error instanceof AwsError)) throw error;
        log(
          `${queue.identity.name}: message ${message.messageId} could not be deleted: ${error.message}`,
        );
      }
    }
  }
}

function meterRequest(meter: Meter, queue: Queue, operation: string, bytes: number): void {
  meter.call('sqs', operation);
  meter.queueRequest(queue.identity.name, bytes);
}
