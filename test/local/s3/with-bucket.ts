import type { PolicyStatement } from '../../../local/assembly/resources.ts';
import { startTestEndpoint } from '../../support/local-endpoint.ts';
import type { TestEndpoint } from '../../support/local-endpoint.ts';
import { allow, bucket, resourcesOf } from '../../support/resources.ts';

/** A page that may use the bucket. */
export const ORIGIN = 'https://chat.example.com';

export const FILES = bucket('files', {
  corsRules: [{ origins: [ORIGIN], methods: ['POST', 'GET'], headers: ['*'], exposedHeaders: [] }],
});

const RIGHTS = [
  allow('s3:PutObject', `${FILES.arn}/uploads/*`),
  allow('s3:GetObject', `${FILES.arn}/kept/*`),
];

/** A bucket `files`, and a function that may put below `uploads/` and get below `kept/`. */
export function startWithBucket(
  statements: readonly PolicyStatement[] = RIGHTS,
): Promise<TestEndpoint> {
  return startTestEndpoint(resourcesOf({ statements, buckets: [FILES] }));
}
