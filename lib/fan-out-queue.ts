import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV } from '../lambdas/env.ts';
import { acknowledge } from './acknowledge.ts';
import type { ChatFunction, Usable } from './chat-function.ts';
import { functionSizes } from './functions.ts';
import { quotas } from './quotas.ts';

/** Nudges: "this conversation has news up to n", one message group per conversation, and where poisoned ones go. */
export class FanOutQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...everyQueue,
      // A message's age counts from its first enqueue, so the DLQ must keep longer than the queue before it.
      retentionPeriod: Duration.days(quotas.queueRetentionDays),
    });
    acknowledge(this.deadLetters, {
      'Serverless-SQSRedrivePolicy':
        'It is the last stop; an alarm tells of the first message in it.',
    });
    this.queue = new Queue(this, 'Nudges', {
      ...everyQueue,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.seconds(
        functionSizes['fan-out'].timeout * quotas.visibilityPerTimeout,
      ),
      // A worker gives back what it can't deliver yet (a hole too young to fill, DynamoDB failing), each time
      // for longer, and each time counts. Twice AWS's least spans two and a half minutes: longer than a
      // hiccup, and not yet long for the one conversation that a poisoned nudge holds up.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: quotas.receivesLeast * 2 },
    });
  }

  /** The queue, for `ChatFunction.use`. */
  use(): Usable {
    return {
      environment: { [ENV.fanOutQueueUrl]: this.queue.queueUrl },
      statement: (actions) =>
        new PolicyStatement({
          actions: actions.map((action) => `sqs:${action}`),
          resources: [this.queue.queueArn],
        }),
    };
  }

  /** Lets Lambda poll the queue for the worker; its rights are the caller's to give, before. */
  deliverTo(worker: ChatFunction, maxConcurrency: number): void {
    const source = new EventSourceMapping(this, 'Source', {
      target: worker.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: quotas.fifoBatchSize,
      reportBatchItemFailures: true,
      // Not reserved concurrency: a fresh account has none to reserve, and it would throttle polled messages.
      maxConcurrency,
    });
    acknowledge(source, {
      'Serverless-LambdaEventSourceMappingDestination':
        'AWS has it for streams only; of a queue, the DLQ takes what keeps failing.',
    });
  }
}

const everyQueue: QueueProps = {
  fifo: true,
  // High throughput: without these two a queue takes 300 calls a second for all conversations together.
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  // SSE-SQS: encrypted, and without a paid KMS call per message.
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  // Nudges only: what they tell of is in the log, so nothing is lost with them.
  removalPolicy: RemovalPolicy.DESTROY,
};
