import { z } from 'zod';
import { number, parseProperties } from '../parse-properties.ts';
import type { BucketResource } from '../resources.ts';
import type { StackResource } from '../stack.ts';

const texts = z.array(z.string()).default([]);

const corsRule = z.object({
  AllowedOrigins: texts,
  AllowedMethods: texts,
  AllowedHeaders: texts,
  ExposedHeaders: texts,
  MaxAge: number.optional(),
});

const lifecycleRule = z.object({
  Status: z.string(),
  Prefix: z.string().default(''),
  ExpirationInDays: number.optional(),
});

const queueConfiguration = z.object({
  Event: z.string(),
  Queue: z.string(),
  Filter: z
    .object({
      S3Key: z.object({ Rules: z.array(z.object({ Name: z.string(), Value: z.string() })) }),
    })
    .optional(),
});

const notYet = z.array(z.unknown()).default([]);

const properties = z.object({
  CorsConfiguration: z.object({ CorsRules: z.array(corsRule) }).default({ CorsRules: [] }),
  LifecycleConfiguration: z.object({ Rules: z.array(lifecycleRule) }).default({ Rules: [] }),
  NotificationConfiguration: z
    .object({
      QueueConfigurations: z.array(queueConfiguration).default([]),
      LambdaConfigurations: notYet,
      TopicConfigurations: notYet,
      EventBridgeConfiguration: z.unknown().optional(),
    })
    .prefault({}),
});

export interface ConvertedBucket {
  readonly bucket: BucketResource;
  /** What of it the local cloud does not do, for the warning. */
  readonly unknown: readonly string[];
}

/** `AWS::S3::Bucket`. Left out is what changes nothing for a caller: encryption, blocked public access, logs. */
export function toBucket(resource: StackResource): ConvertedBucket {
  const parsed = parseProperties(properties, resource);
  const { QueueConfigurations, ...others } = parsed.NotificationConfiguration;
  return {
    bucket: {
      logicalId: resource.logicalId,
      name: resource.ref,
      arn: resource.arn,
      corsRules: parsed.CorsConfiguration.CorsRules.map((rule) => ({
        origins: rule.AllowedOrigins,
        methods: rule.AllowedMethods,
        headers: rule.AllowedHeaders,
        exposedHeaders: rule.ExposedHeaders,
        ...(rule.MaxAge === undefined ? {} : { maxAgeSeconds: rule.MaxAge }),
      })),
      expirations: parsed.LifecycleConfiguration.Rules.flatMap(
        ({ Status, Prefix, ExpirationInDays }) =>
          Status === 'Enabled' && ExpirationInDays !== undefined
            ? [{ prefix: Prefix, days: ExpirationInDays }]
            : [],
      ),
      notifications: QueueConfigurations.map(({ Event, Queue, Filter }) => {
        const part = (name: string): string =>
          Filter?.S3Key.Rules.find(({ Name }) => Name.toLowerCase() === name)?.Value ?? '';
        return { event: Event, queueArn: Queue, prefix: part('prefix'), suffix: part('suffix') };
      }),
    },
    unknown: Object.entries(others).flatMap(([name, value]) =>
      value === undefined || (Array.isArray(value) && value.length === 0)
        ? []
        : [`${resource.type} (${name})`],
    ),
  };
}
