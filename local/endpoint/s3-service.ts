import type { Resources } from '../assembly/resources.ts';
import type { Clock } from '../clock.ts';
import type { Buckets } from '../s3/buckets.ts';
import { corsHeaders, preflight } from '../s3/cors.ts';
import {
  bucketAndKey,
  copyObject,
  deleteObject,
  getObject,
  notImplemented,
  postObject,
  putObject,
} from '../s3/operations.ts';
import type { ObjectCall, S3Operation } from '../s3/operations.ts';
import { readPostForm } from '../s3/post-form.ts';
import { checkPresignedLink, denied } from '../s3/presigned-link.ts';
import { targetOf } from '../s3/target.ts';
import { errorXml } from '../s3/xml.ts';
import { AwsError } from './aws-error.ts';
import type { Caller } from './caller.ts';
import type { Meter } from './meter.ts';
import type { AwsRequest, Service } from './service.ts';

/** S3 takes 5 GB; here a body is held in memory. */
const LARGEST_BODY = 256 * 1024 * 1024;
/** Of a query: what is for signatures, for the answer's headers, and for SDKs. Anything else asks for what is not here. */
const KNOWN_QUERY = /^(?:x-amz-.+|response-.+|x-id)$/i;

/** S3 on what `buckets` hold. Objects alone: there are no versions, lists, tags or parts. */
export function s3Service(options: {
  readonly resources: Pick<Resources, 'region'>;
  readonly buckets: Buckets;
  readonly clock: Clock;
  readonly meter: Meter;
}): Service {
  const { resources, buckets, clock, meter } = options;
  const { region } = resources;
  return {
    name: 's3',
    largestBodyBytes: LARGEST_BODY,
    recognises: (request) => targetOf(request, buckets).bucket !== undefined,
    unsignedAnswer: (request) => {
      const { bucket } = targetOf(request, buckets);
      if (request.method !== 'OPTIONS' || bucket === undefined) return undefined;
      return preflight(bucket.resource.corsRules, request);
    },
    read: async (request, caller) => {
      const target = targetOf(request, buckets);
      checkPresignedLink(request, target, caller, { region, now: clock.now() });
      const call = { request, ...bucketAndKey(target) };
      const operation = await operationOf(call, caller);
      return {
        name: operation.name,
        rights: operation.rights,
        run: async (runner) => {
          meter.call('s3', operation.name);
          return operation.run(runner);
        },
      };
    },
    finish: (request, answer) => {
      const { bucket } = targetOf(request, buckets);
      if (bucket === undefined || request.method === 'OPTIONS') return answer;
      const headers = corsHeaders(bucket.resource.corsRules, request);
      return { ...answer, headers: { ...answer.headers, ...headers } };
    },
    refuse: errorXml,
    denied,
    unknownCaller: () =>
      new AwsError(
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
        403,
      ),
    unsigned: () => denied('Access Denied'),
    throttled: () => new AwsError('SlowDown', 'Please reduce your request rate.', 503),
    failed: () =>
      new AwsError('InternalError', 'We encountered an internal error. Please try again.', 500),
  };

  async function operationOf(call: ObjectCall, caller: Caller): Promise<S3Operation> {
    const { request, bucket, key, query } = call;
    if ([...query.keys()].some((name) => !KNOWN_QUERY.test(name))) throw notImplemented();
    if (key === '') {
      if (request.method !== 'POST') throw notImplemented();
      const place = { bucket: bucket.resource.name, region, now: clock.now() };
      return postObject(call, await readPostForm(request, caller, place));
    }
    switch (request.method) {
      case 'GET':
        return getObject('GetObject', call);
      case 'HEAD':
        return getObject('HeadObject', call);
      case 'PUT':
        return isCopy(request) ? copyObject(call, buckets) : putObject(call);
      case 'DELETE':
        return deleteObject(call);
      default:
        throw new AwsError(
          'MethodNotAllowed',
          'The specified method is not allowed against this resource.',
          405,
        );
    }
  }
}

function isCopy({ headers }: AwsRequest): boolean {
  return headers['x-amz-copy-source'] !== undefined;
}
