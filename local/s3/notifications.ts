import { randomBytes, randomUUID } from 'node:crypto';
import type { BucketResource } from '../assembly/resources.ts';
import { matchesPattern } from '../endpoint/pattern.ts';
import type { Queues } from '../sqs/queues.ts';
import type { StoredObject } from './objects.ts';

/** How an object came to be. */
export type CreatedBy = 'Put' | 'Post' | 'Copy';

/**
 * What tells queues of new objects, as the bucket's notification configuration says.
 * Source: S3 User Guide, "Event message structure".
 */
export function notifier(options: {
  readonly bucket: BucketResource;
  readonly region: string;
  readonly queues: Queues;
}): (object: StoredObject, by: CreatedBy) => void {
  const { bucket, region, queues } = options;
  return (object, by) => {
    for (const { event, queueArn, prefix, suffix } of bucket.notifications) {
      const wanted =
        matchesPattern(event, `s3:ObjectCreated:${by}`) &&
        object.key.startsWith(prefix) &&
        object.key.endsWith(suffix);
      if (!wanted) continue;
      const body = JSON.stringify({ Records: [recordOf(bucket, region, object, by)] });
      queues.byArn(queueArn)?.send({ body, senderId: 'S3-PROD-END' });
    }
  };
}

function recordOf(
  bucket: BucketResource,
  region: string,
  object: StoredObject,
  by: CreatedBy,
): object {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: new Date(object.modifiedAt).toISOString(),
    eventName: `ObjectCreated:${by}`,
    userIdentity: { principalId: 'AWS:local' },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: {
      'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(),
      'x-amz-id-2': randomBytes(48).toString('base64'),
    },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: randomUUID(),
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: 'LOCAL' },
        arn: bucket.arn,
      },
      object: {
        key: inEvent(object.key),
        size: object.size,
        eTag: object.etag.replaceAll('"', ''),
        sequencer: object.modifiedAt.toString(16).toUpperCase().padStart(16, '0'),
      },
    },
  };
}

/** As a form is encoded, slashes left as they are. */
function inEvent(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
}
