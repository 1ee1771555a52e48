import { z } from 'zod';
import { flag, parseProperties, text } from '../parse-properties.ts';
import type { QueueResource } from '../resources.ts';
import type { StackResource } from '../stack.ts';

/** A policy is an object in a template, and JSON to `CreateQueue`. */
const json = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .transform((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  .optional();

/** Those that `CreateQueue` takes under the same name. */
const properties = z.object({
  ContentBasedDeduplication: text.optional(),
  DeduplicationScope: text.optional(),
  DelaySeconds: text.optional(),
  FifoQueue: flag.default(false),
  FifoThroughputLimit: text.optional(),
  KmsMasterKeyId: text.optional(),
  MaximumMessageSize: text.optional(),
  MessageRetentionPeriod: text.optional(),
  ReceiveMessageWaitTimeSeconds: text.optional(),
  RedriveAllowPolicy: json,
  RedrivePolicy: json,
  SqsManagedSseEnabled: text.optional(),
  VisibilityTimeout: text.optional(),
});

/** `AWS::SQS::Queue`. */
export function toQueue(resource: StackResource): QueueResource {
  const { FifoQueue, ...others } = parseProperties(properties, resource);
  const attributes = Object.entries(others).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    logicalId: resource.logicalId,
    name: resource.ref.split('/').at(-1) ?? '',
    arn: resource.arn,
    url: resource.ref,
    fifo: FifoQueue,
    attributes: {
      ...Object.fromEntries(attributes),
      // CreateQueue refuses `false`.
      ...(FifoQueue ? { FifoQueue: 'true' } : {}),
    },
  };
}
