import { AwsError } from '../endpoint/aws-error.ts';
import type { MessageAttribute } from './message.ts';
import { sizeOf } from './message.ts';
import type { Queue, SendInput } from './queue.ts';

/** `SendMessage`, or an entry of `SendMessageBatch`, as it came over the wire. */
export interface SendRequest {
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly MessageSystemAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/** Everything outside XML's characters: control characters, lone surrogates, U+FFFE, U+FFFF. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
/** Group and deduplication ids: letters, digits and punctuation, at most 128. */
const ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;
const LONGEST_DELAY_SECONDS = 900;

/**
 * What SQS checks before it takes a message.
 * Source: SQS API Reference, `SendMessage`.
 */
export function sendInputOf(queue: Queue, request: SendRequest, senderId: string): SendInput {
  const { MessageBody: body, MessageAttributes: attributes = {}, DelaySeconds: delay } = request;
  if (body === undefined || body === '') {
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  if (FORBIDDEN.test(body)) {
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
    );
  }
  if (sizeOf(body, attributes) > queue.largestMessageBytes) {
    throw invalid(
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.largestMessageBytes} bytes.`,
    );
  }
  if (Object.keys(attributes).length > 10) {
    throw invalid('Number of message attributes [11] exceeds the allowed maximum [10].');
  }
  checkFifo(queue, request);
  if (delay !== undefined && (delay < 0 || delay > LONGEST_DELAY_SECONDS)) {
    throw invalid(
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
  const traceHeader = request.MessageSystemAttributes?.['AWSTraceHeader']?.StringValue;
  return {
    body,
    attributes,
    senderId,
    ...(delay === undefined || queue.fifo ? {} : { delayMilliseconds: delay * 1000 }),
    ...(request.MessageGroupId === undefined ? {} : { groupId: request.MessageGroupId }),
    ...(request.MessageDeduplicationId === undefined
      ? {}
      : { deduplicationId: request.MessageDeduplicationId }),
    ...(traceHeader === undefined ? {} : { traceHeader }),
  };
}

/** A whole number within bounds, both included. */
export function checkRange(
  name: string,
  value: number | undefined,
  least: number,
  most: number,
): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  );
}

function checkFifo(queue: Queue, request: SendRequest): void {
  const {
    MessageGroupId: group,
    MessageDeduplicationId: deduplication,
    DelaySeconds: delay,
  } = request;
  if (queue.fifo && group === undefined) {
    throw new AwsError(
      'MissingParameter',
      'The request must contain the parameter MessageGroupId.',
    );
  }
  if (!queue.fifo && deduplication !== undefined)
    throw notForThisQueue('MessageDeduplicationId', deduplication);
  if (queue.fifo && delay !== undefined && delay !== 0)
    throw notForThisQueue('DelaySeconds', String(delay));
  for (const [name, id] of [
    ['MessageGroupId', group],
    ['MessageDeduplicationId', deduplication],
  ] as const) {
    if (id === undefined || ID.test(id)) continue;
    throw invalid(
      `Value ${id} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
  }
}

function notForThisQueue(name: string, value: string): AwsError {
  return invalid(
    `Value ${value} for parameter ${name} is invalid. Reason: The request include parameter that is not valid for this queue type.`,
  );
}

function invalid(sentence: string): AwsError {
  return new AwsError('InvalidParameterValue', sentence);
}
