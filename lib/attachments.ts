import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  HttpMethods,
  ObjectOwnership,
  type CfnBucket,
} from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV } from '../lambdas/env.ts';
import { acknowledge, wildcardFinding } from './acknowledge.ts';
import type { ChatFunction, Usable } from './chat-function.ts';
import { functionSizes } from './functions.ts';
import { quotas } from './quotas.ts';
import type { ResolvedSettings } from './settings.ts';

/** Where a client's upload waits for its message, and where the files of messages are. */
const UPLOADS = 'uploads/';
const KEPT = 'kept/';

/**
 * The bucket of files, and the queue by which it tells of uploads. An upload that no message comes to refer to is
 * deleted after a day.
 */
export class Attachments extends Construct {
  readonly bucket: Bucket;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    settings: Pick<ResolvedSettings, 'removal' | 'allowedOrigins'>,
  ) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...everyQueue,
      retentionPeriod: Duration.days(quotas.queueRetentionDays),
    });
    acknowledge(this.deadLetters, {
      'Serverless-SQSRedrivePolicy':
        'It is the last stop; an alarm tells of the first message in it.',
    });
    this.queue = new Queue(this, 'Uploaded', {
      ...everyQueue,
      retentionPeriod: Duration.days(1),
      visibilityTimeout: Duration.seconds(
        functionSizes.uploads.timeout * quotas.visibilityPerTimeout,
      ),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: quotas.receivesLeast },
    });
    this.bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // S3's own keys: a KMS key would add a paid call to every upload and download.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ prefix: UPLOADS, expiration: Duration.days(1) }],
      cors:
        settings.allowedOrigins.length === 0
          ? []
          : [
              {
                allowedOrigins: [...settings.allowedOrigins],
                allowedMethods: [HttpMethods.POST, HttpMethods.GET],
                // A form that shows its progress is asked about beforehand, though it sets no header of its own.
                allowedHeaders: ['Content-Type', 'Range'],
                maxAge: 3_600,
              },
            ],
      removalPolicy: settings.removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledge(this.bucket, {
      'AwsSolutions-S1':
        'A log of every download would tell who looks at what, and cost as much as the files.',
    });
    this.tellOfUploads();
  }

  /** Where uploads wait, for `ChatFunction.use`. */
  useUploads(): Usable {
    return this.use(UPLOADS);
  }

  /** The files of messages, for `ChatFunction.use`. */
  useKept(): Usable {
    return this.use(KEPT);
  }

  /** Lets Lambda poll the queue for the function; its rights are the caller's to give, before. */
  deliverTo(worker: ChatFunction): void {
    const source = new EventSourceMapping(this, 'Source', {
      target: worker.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: quotas.fifoBatchSize,
      reportBatchItemFailures: true,
      maxConcurrency: quotas.eventSourceConcurrencyLeast,
    });
    acknowledge(source, {
      'Serverless-LambdaEventSourceMappingDestination':
        'AWS has it for streams only; of a queue, the DLQ takes what keeps failing.',
    });
  }

  /** The queue, for `ChatFunction.use`. Its name is nothing that a function needs: Lambda polls it. */
  useQueue(): Usable {
    return {
      environment: {},
      statement: (actions) =>
        new PolicyStatement({
          actions: actions.map((action) => `sqs:${action}`),
          resources: [this.queue.queueArn],
        }),
    };
  }

  private use(prefix: string): Usable {
    const resource = this.bucket.arnForObjects(`${prefix}*`);
    return {
      environment: { [ENV.attachmentsBucket]: this.bucket.bucketName },
      statement: (actions) =>
        new PolicyStatement({
          actions: actions.map((action) => `s3:${action}`),
          resources: [resource],
        }),
      findings: () => ({
        [wildcardFinding(this, resource)]: 'A file’s id is not known before it is there.',
      }),
    };
  }

  /**
   * In the bucket's own properties: CDK's `addEventNotification` brings a function that sets them after the fact,
   * with the right to change every bucket of the account.
   */
  private tellOfUploads(): void {
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        // Not the bucket's ARN: S3 tries the queue out while it makes the bucket, so the policy comes first.
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    const bucket = this.bucket.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = {
      queueConfigurations: [
        {
          event: 's3:ObjectCreated:Post',
          queue: this.queue.queueArn,
          filter: { s3Key: { rules: [{ name: 'prefix', value: UPLOADS }] } },
        },
      ],
    };
    bucket.node.addDependency(this.queue);
  }
}

const everyQueue: QueueProps = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  // Notices only: whoever waits for one sends its message again, and then uploads again.
  removalPolicy: RemovalPolicy.DESTROY,
};
