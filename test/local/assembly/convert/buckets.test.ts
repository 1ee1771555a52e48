import { toBucket } from '../../../../local/assembly/convert/buckets.ts';

function convert(properties: Record<string, unknown>): ReturnType<typeof toBucket> {
  const identity = { logicalId: 'Files', type: 'AWS::S3::Bucket', ref: 'files' };
  return toBucket({ ...identity, arn: 'arn:aws:s3:::files', properties });
}

it('reads rules of a bucket, and leaves out what is off', () => {
  const { bucket, unknown } = convert({
    CorsConfiguration: {
      CorsRules: [{ AllowedOrigins: ['https://a.b'], AllowedMethods: ['GET'], MaxAge: 60 }],
    },
    LifecycleConfiguration: {
      Rules: [
        { Status: 'Enabled', Prefix: 'uploads/', ExpirationInDays: 1 },
        { Status: 'Disabled', ExpirationInDays: 1 },
      ],
    },
    NotificationConfiguration: {
      QueueConfigurations: [
        {
          Event: 's3:ObjectCreated:*',
          Queue: 'arn:q',
          Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'uploads/' }] } },
        },
      ],
    },
  });
  expect(unknown).toEqual([]);
  expect(bucket).toMatchObject({
    name: 'files',
    corsRules: [{ origins: ['https://a.b'], methods: ['GET'], headers: [], maxAgeSeconds: 60 }],
    expirations: [{ prefix: 'uploads/', days: 1 }],
    notifications: [
      { event: 's3:ObjectCreated:*', queueArn: 'arn:q', prefix: 'uploads/', suffix: '' },
    ],
  });
});

it('tells of notifications that it does not deliver', () => {
  const { unknown } = convert({
    NotificationConfiguration: { LambdaConfigurations: [{}], EventBridgeConfiguration: {} },
  });
  expect(unknown).toEqual([
    'AWS::S3::Bucket (LambdaConfigurations)',
    'AWS::S3::Bucket (EventBridgeConfiguration)',
  ]);
});
