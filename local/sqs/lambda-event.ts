import type { SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda';
import { md5, md5OfAttributes } from './message.ts';
import type { ReceivedMessage } from './message.ts';
import { systemAttributesOf } from './operations.ts';
import type { Queue } from './queue.ts';

/** The event that a function gets for a batch. Source: Lambda Developer Guide, "Example SQS message event". */
export function lambdaEvent(
  queue: Queue,
  region: string,
  batch: readonly ReceivedMessage[],
): SQSEvent {
  return { Records: batch.map((received) => recordOf(queue, region, received)) };
}

function recordOf(queue: Queue, region: string, received: ReceivedMessage): SQSRecord {
  const { message, receiptHandle } = received;
  const attributesDigest = md5OfAttributes(message.attributes);
  return {
    messageId: message.messageId,
    receiptHandle,
    body: message.body,
    // The type wants the four members that `systemAttributesOf` always gives.
    attributes: systemAttributesOf(received) as SQSRecord['attributes'] & Record<string, string>,
    messageAttributes: messageAttributesOf(received),
    ...(attributesDigest === undefined ? {} : { md5OfMessageAttributes: attributesDigest }),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queue.identity.arn,
    awsRegion: region,
  };
}

function messageAttributesOf({ message }: ReceivedMessage): SQSMessageAttributes {
  return Object.fromEntries(
    Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );
}
