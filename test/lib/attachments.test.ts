import { one, ownIssuer, synthesize } from './synthesize.ts';

const origin = 'https://chat.example.com';
const stack = synthesize({ ...ownIssuer, allowedOrigins: [origin] });
const bucket = one(stack, 'AWS::S3::Bucket');
const queue = one(stack, 'AWS::SQS::Queue', 'ChatAttachmentsUploaded');
const deadLetters = one(stack, 'AWS::SQS::Queue', 'ChatAttachmentsDeadLetters');
const source = one(stack, 'AWS::Lambda::EventSourceMapping', 'ChatAttachments');

describe('the bucket of files', () => {
  it('is closed to the public, encrypted without KMS, and has one owner', () => {
    expect(bucket.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    // What is deleted is gone: no version of it stays behind.
    expect(bucket.Properties).not.toHaveProperty('VersioningConfiguration');
  });

  it('takes TLS only, and nobody’s word for anything else', () => {
    const { PolicyDocument } = one(stack, 'AWS::S3::BucketPolicy').Properties as {
      PolicyDocument: { Statement: readonly { Effect: string; Condition: unknown }[] };
    };
    const effects = PolicyDocument.Statement.map(({ Effect }) => Effect);
    expect(new Set(effects)).toEqual(new Set(['Deny']));
    expect(PolicyDocument.Statement.map(({ Condition }) => Condition)).toEqual([
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': 1.2 } },
    ]);
  });

  it('forgets uploads after a day, and nothing else', () => {
    expect(bucket.Properties['LifecycleConfiguration']).toEqual({
      Rules: [{ ExpirationInDays: 1, Prefix: 'uploads/', Status: 'Enabled' }],
    });
  });

  it('lets in pages of the allowed origins, and no page where there are none', () => {
    expect(bucket.Properties['CorsConfiguration']).toMatchObject({
      CorsRules: [{ AllowedOrigins: [origin], AllowedMethods: ['POST', 'GET'] }],
    });
    expect(one(synthesize(), 'AWS::S3::Bucket').Properties).not.toHaveProperty('CorsConfiguration');
  });
});

describe('the queue of uploads', () => {
  it('is told of forms that were uploaded, by this account’s buckets alone, before the bucket is made', () => {
    expect(bucket.Properties['NotificationConfiguration']).toEqual({
      QueueConfigurations: [
        {
          Event: 's3:ObjectCreated:Post',
          Queue: { 'Fn::GetAtt': [queue.id, 'Arn'] },
          Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'uploads/' }] } },
        },
      ],
    });
    stack.template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: queue.id }],
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
          {
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Principal: { Service: 's3.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      },
    });
    expect(bucket.DependsOn).toContainEqual(
      expect.stringMatching(/^ChatAttachmentsUploadedPolicy/),
    );
  });

  it('is a standard one, which hides a notice for six time-outs and lets it come back five times', () => {
    const worker = one(stack, 'AWS::Lambda::Function', 'ChatUploads');
    expect(source.Properties).toMatchObject({
      FunctionName: { Ref: worker.id },
      EventSourceArn: { 'Fn::GetAtt': [queue.id, 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(queue.Properties).not.toHaveProperty('FifoQueue');
    expect(queue.Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 6 * Number(worker.Properties['Timeout']),
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters.id, 'Arn'] },
        maxReceiveCount: 5,
      },
    });
    expect(deadLetters.Properties['MessageRetentionPeriod']).toBe(14 * 24 * 60 * 60);
  });
});
