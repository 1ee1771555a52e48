import { z } from 'zod';
import { flag, number, parseProperties } from '../parse-properties.ts';
import type { TableResource } from '../resources.ts';
import type { StackResource } from '../stack.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const throughput = z.object({ ReadCapacityUnits: number, WriteCapacityUnits: number });
const projection = z.object({
  ProjectionType: z.string().optional(),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const index = z.object({ IndexName: z.string(), KeySchema: keySchema, Projection: projection });

const properties = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  KeySchema: keySchema,
  BillingMode: z.enum(['PROVISIONED', 'PAY_PER_REQUEST']).optional(),
  ProvisionedThroughput: throughput.optional(),
  GlobalSecondaryIndexes: z
    .array(index.extend({ ProvisionedThroughput: throughput.optional() }))
    .optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
  TimeToLiveSpecification: z
    .object({ AttributeName: z.string().optional(), Enabled: flag.default(false) })
    .optional(),
});

/**
 * `AWS::DynamoDB::Table`, or the one local replica of an `AWS::DynamoDB::GlobalTable`. Left out is what changes
 * nothing for a caller: encryption, backups, table class, tags, deletion protection.
 */
export function toTable(resource: StackResource): TableResource {
  const { TimeToLiveSpecification, StreamSpecification, BillingMode, ...same } = parseProperties(
    properties,
    resource,
  );
  const billingMode =
    BillingMode ?? (same.ProvisionedThroughput ? 'PROVISIONED' : 'PAY_PER_REQUEST');
  return {
    logicalId: resource.logicalId,
    name: resource.ref,
    arn: resource.arn,
    createTable: {
      TableName: resource.ref,
      ...same,
      BillingMode: billingMode,
      ...(StreamSpecification && {
        StreamSpecification: { StreamEnabled: true, ...StreamSpecification },
      }),
    },
    ...(TimeToLiveSpecification?.Enabled === true &&
      TimeToLiveSpecification.AttributeName !== undefined && {
        ttlAttribute: TimeToLiveSpecification.AttributeName,
      }),
  };
}
