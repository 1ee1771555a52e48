import { join } from 'node:path';
import type { BucketResource, Resources } from '../assembly/resources.ts';
import type { Clock } from '../clock.ts';
import type { Queues } from '../sqs/queues.ts';
import { UserError } from '../user-error.ts';
import { startExpiry } from './expiry.ts';
import { notifier } from './notifications.ts';
import type { CreatedBy } from './notifications.ts';
import { createObjects } from './objects.ts';
import type { Objects, StoredObject } from './objects.ts';

export interface BucketsOptions {
  readonly resources: Pick<Resources, 'region' | 'buckets'>;
  readonly clock: Clock;
  /** Where notifications go. */
  readonly queues: Queues;
  /** Where objects survive the process. In memory if absent. */
  readonly dataDirectory?: string;
}

/** A bucket of the template with what lies in it. */
export interface Bucket {
  readonly resource: BucketResource;
  readonly objects: Objects;
  /** Stores an object and tells whoever the template names. */
  create(object: Pick<StoredObject, 'key' | 'headers'>, body: Buffer, by: CreatedBy): StoredObject;
}

export interface Buckets {
  find(name: string): Bucket | undefined;
  /** Of a host name like `bucket.localhost`. */
  findByHost(host: string): Bucket | undefined;
  close(): void;
}

/** Every bucket of the template. Throws a `UserError` if one notifies a queue that is not there. */
export function createBuckets(options: BucketsOptions): Buckets {
  const { resources, clock, queues, dataDirectory } = options;
  const buckets = resources.buckets.map((resource): Bucket => {
    const missing = resource.notifications.find(({ queueArn }) => !queues.byArn(queueArn));
    if (missing !== undefined) {
      throw new UserError(
        `bucket ${resource.logicalId} notifies ${missing.queueArn}; there is no such queue in the template`,
      );
    }
    const objects = createObjects(
      dataDirectory === undefined ? undefined : join(dataDirectory, 's3', resource.name),
    );
    const notify = notifier({ bucket: resource, region: resources.region, queues });
    return {
      resource,
      objects,
      create: (object, body, by) => {
        const stored = objects.put({ ...object, modifiedAt: clock.now() }, body);
        notify(stored, by);
        return stored;
      },
    };
  });
  const stopExpiry = startExpiry(buckets, clock);
  return {
    find: (name) => buckets.find(({ resource }) => resource.name === name),
    findByHost: (host) => buckets.find(({ resource }) => host.startsWith(`${resource.name}.`)),
    close: stopExpiry,
  };
}
