import type { Caller } from '../endpoint/caller.ts';
import { AwsError } from '../endpoint/aws-error.ts';
import { inBatch } from './batch.ts';
import type { BatchEntry } from './batch.ts';
import { md5, md5OfAttributes } from './message.ts';
import type { ReceivedMessage } from './message.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';
import { DEFAULT_ATTRIBUTES } from './settings.ts';
import { checkRange, sendInputOf } from './validation.ts';
import type { SendRequest } from './validation.ts';

/** The members of SQS requests, as they come over the wire. */
export interface SqsInput extends SendRequest {
  readonly [member: string]: unknown;
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly QueueNamePrefix?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly AttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  readonly MessageAttributeNames?: readonly string[];
  readonly MaxNumberOfMessages?: number;
  readonly WaitTimeSeconds?: number;
  readonly VisibilityTimeout?: number;
  readonly ReceiptHandle?: string;
  readonly Entries?: readonly (SendRequest & BatchEntry)[];
}

export interface SqsCall {
  readonly queues: Queues;
  readonly input: SqsInput;
  readonly caller: Pick<Caller, 'senderId'>;
  /** `http://127.0.0.1:port`, as the caller addressed the endpoint: what the URL of a new queue begins with. */
  readonly origin: string;
  readonly signal: AbortSignal;
}

type Run = (call: SqsCall) => unknown;

const MOST_VISIBILITY_SECONDS = 43_200;

/**
 * SQS's operations: from the request as the wire has it to the answer as the wire has it.
 * Source: SQS API Reference.
 */
export const SQS_OPERATIONS: Readonly<Record<string, Run>> = {
  CreateQueue: ({ queues, input, origin }) => {
    const { QueueName: name = '', Attributes: attributes = {} } = input;
    const fifo = attributes['FifoQueue'] === 'true';
    if (!/^[\w-]{1,80}$/.test(name.replace(/\.fifo$/, '')) || name.endsWith('.fifo') !== fifo) {
      throw new AwsError(
        'InvalidParameterValue',
        'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
      );
    }
    return { QueueUrl: queues.create(name, attributes, origin).identity.url };
  },
  DeleteQueue: (call) => {
    call.queues.delete(queueOf(call));
    return {};
  },
  GetQueueUrl: ({ queues, input }) => ({
    QueueUrl: queues.byUrl(input.QueueName ?? '').identity.url,
  }),
  ListQueues: ({ queues, input }) => ({
    QueueUrls: queues.all
      .filter((queue) => queue.identity.name.startsWith(input.QueueNamePrefix ?? ''))
      .map((queue) => queue.identity.url),
  }),
  GetQueueAttributes: (call) => ({
    Attributes: pick(attributesOf(queueOf(call)), call.input.AttributeNames ?? []),
  }),
  SetQueueAttributes: (call) => {
    queueOf(call).configure(call.input.Attributes ?? {});
    return {};
  },
  PurgeQueue: (call) => {
    queueOf(call).purge();
    return {};
  },
  SendMessage: (call) => send(queueOf(call), call.input, call.caller.senderId),
  SendMessageBatch: (call) => {
    const queue = queueOf(call);
    return inBatch(call.input.Entries, (entry) => send(queue, entry, call.caller.senderId));
  },
  ReceiveMessage: async (call) => {
    const { input, signal } = call;
    const wait = checkRange('WaitTimeSeconds', input.WaitTimeSeconds, 0, 20);
    const visibility = checkRange(
      'VisibilityTimeout',
      input.VisibilityTimeout,
      0,
      MOST_VISIBILITY_SECONDS,
    );
    const received = await queueOf(call).receive({
      maximum: checkRange('MaxNumberOfMessages', input.MaxNumberOfMessages, 1, 10) ?? 1,
      signal,
      ...(wait === undefined ? {} : { waitMilliseconds: wait * 1000 }),
      ...(visibility === undefined ? {} : { visibilityMilliseconds: visibility * 1000 }),
    });
    // An empty list is left out, as on AWS.
    return received.length === 0 ? {} : { Messages: received.map((one) => messageOf(one, input)) };
  },
  DeleteMessage: (call) => {
    queueOf(call).delete(handleOf(call.input));
    return {};
  },
  DeleteMessageBatch: (call) => {
    const queue = queueOf(call);
    return inBatch(call.input.Entries, (entry) => {
      queue.delete(handleOf(entry));
      return {};
    });
  },
  ChangeMessageVisibility: (call) => {
    changeVisibility(queueOf(call), call.input);
    return {};
  },
  ChangeMessageVisibilityBatch: (call) => {
    const queue = queueOf(call);
    return inBatch(call.input.Entries, (entry) => {
      changeVisibility(queue, entry);
      return {};
    });
  },
};

/** Attributes of a received message under the names that SQS and Lambda's events give them. */
export function systemAttributesOf(received: ReceivedMessage): Readonly<Record<string, string>> {
  const { message, receiveCount, firstReceivedAt } = received;
  return {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: message.senderId,
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    ...(message.sequenceNumber === undefined ? {} : { SequenceNumber: message.sequenceNumber }),
    ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
    ...(message.deduplicationId === undefined
      ? {}
      : { MessageDeduplicationId: message.deduplicationId }),
    ...(message.deadLetterSourceArn === undefined
      ? {}
      : { DeadLetterQueueSourceArn: message.deadLetterSourceArn }),
    ...(message.traceHeader === undefined ? {} : { AWSTraceHeader: message.traceHeader }),
  };
}

function queueOf({ queues, input }: SqsCall): Queue {
  if (input.QueueUrl === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter QueueUrl.');
  }
  return queues.byUrl(input.QueueUrl);
}

function send(queue: Queue, request: SendRequest, senderId: string): Record<string, unknown> {
  const input = sendInputOf(queue, request, senderId);
  const { messageId, sequenceNumber } = queue.send(input);
  const attributesDigest = md5OfAttributes(input.attributes ?? {});
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5(input.body),
    ...(attributesDigest === undefined ? {} : { MD5OfMessageAttributes: attributesDigest }),
    ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
  };
}

function messageOf(received: ReceivedMessage, input: SqsInput): Record<string, unknown> {
  const { message, receiptHandle } = received;
  const attributes = pick(systemAttributesOf(received), [
    ...(input.AttributeNames ?? []),
    ...(input.MessageSystemAttributeNames ?? []),
  ]);
  const userAttributes = pick(message.attributes, input.MessageAttributeNames ?? []);
  const digest = md5OfAttributes(userAttributes);
  return {
    MessageId: message.messageId,
    ReceiptHandle: receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(attributes).length === 0 ? {} : { Attributes: attributes }),
    ...(digest === undefined
      ? {}
      : { MessageAttributes: userAttributes, MD5OfMessageAttributes: digest }),
  };
}

function changeVisibility(
  queue: Queue,
  request: { readonly ReceiptHandle?: string; readonly VisibilityTimeout?: number },
): void {
  const seconds = checkRange(
    'VisibilityTimeout',
    request.VisibilityTimeout,
    0,
    MOST_VISIBILITY_SECONDS,
  );
  if (seconds === undefined) {
    throw new AwsError(
      'MissingParameter',
      'The request must contain the parameter VisibilityTimeout.',
    );
  }
  queue.changeVisibility(handleOf(request), seconds * 1000);
}

function handleOf({ ReceiptHandle: handle }: { readonly ReceiptHandle?: string }): string {
  if (handle !== undefined && handle !== '') return handle;
  throw new AwsError('MissingParameter', 'The request must contain the parameter ReceiptHandle.');
}

function attributesOf(queue: Queue): Readonly<Record<string, string>> {
  const { visible, inFlight, delayed } = queue.counts();
  return {
    ...DEFAULT_ATTRIBUTES,
    ...queue.attributes,
    QueueArn: queue.identity.arn,
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}

/** The members asked for: by name, by `prefix.*`, or `All`. */
function pick<Value>(
  values: Readonly<Record<string, Value>>,
  names: readonly string[],
): Record<string, Value> {
  const asked = (name: string): boolean =>
    names.some(
      (one) =>
        one === 'All' ||
        one === '.*' ||
        one === name ||
        (one.endsWith('.*') && name.startsWith(one.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(values).filter(([name]) => asked(name)));
}
