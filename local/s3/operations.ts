import { AwsError } from '../endpoint/aws-error.ts';
import type { Caller } from '../endpoint/caller.ts';
import { evaluate } from '../endpoint/policy.ts';
import type { Right } from '../endpoint/policy.ts';
import type { AwsAnswer, AwsRequest } from '../endpoint/service.ts';
import { bodyOf, contentEncodingOf } from './body.ts';
import type { Bucket, Buckets } from './buckets.ts';
import { answerHeaders, storedHeaders } from './object-headers.ts';
import type { StoredObject } from './objects.ts';
import type { PostForm } from './post-form.ts';
import { denied } from './presigned-link.ts';
import { partOf } from './range.ts';
import type { Target } from './target.ts';
import { xml } from './xml.ts';

/** A call on an object of a bucket that is there. */
export interface ObjectCall {
  readonly request: AwsRequest;
  readonly bucket: Bucket;
  readonly key: string;
  readonly query: URLSearchParams;
}

/** An operation of S3: what it needs, and how it is carried out. */
export interface S3Operation {
  readonly name: string;
  readonly rights: readonly Right[];
  readonly run: (caller: Caller) => AwsAnswer;
}

/** `GetObject` and `HeadObject`, which differ in the body alone, and that one is not sent. */
export function getObject(name: 'GetObject' | 'HeadObject', call: ObjectCall): S3Operation {
  const { request, bucket, key, query } = call;
  return {
    name,
    rights: [rightOf('s3:GetObject', bucket, key)],
    run: (caller) => {
      const object = found(bucket, key, caller);
      const headers = answerHeaders(object, query);
      const body = bucket.objects.read(key);
      const part = partOf(headerOf(request, 'range'), object.size);
      if (part === undefined) return { status: 200, headers, body };
      const { from, to } = part;
      return {
        status: 206,
        headers: { ...headers, 'content-range': `bytes ${from}-${to}/${object.size}` },
        body: body.subarray(from, to + 1),
      };
    },
  };
}

export function putObject({ request, bucket, key }: ObjectCall): S3Operation {
  return {
    name: 'PutObject',
    rights: [rightOf('s3:PutObject', bucket, key)],
    run: () => {
      if (headerOf(request, 'if-none-match') === '*' && bucket.objects.find(key) !== undefined) {
        throw new AwsError(
          'PreconditionFailed',
          'At least one of the pre-conditions you specified did not hold',
          412,
          { Condition: 'If-None-Match' },
        );
      }
      const { 'content-encoding': _sent, ...headers } = storedHeaders(request.headers);
      const encoding = contentEncodingOf(request);
      const { etag } = bucket.create(
        { key, headers: { ...headers, ...(encoding && { 'content-encoding': encoding }) } },
        bodyOf(request),
        'Put',
      );
      return { status: 200, headers: { etag }, body: '' };
    },
  };
}

export function copyObject({ request, bucket, key }: ObjectCall, buckets: Buckets): S3Operation {
  const source = decodeURIComponent(headerOf(request, 'x-amz-copy-source') ?? '');
  const [, sourceName = '', sourceKey = ''] = /^\/?([^/]+)\/(.+)$/s.exec(source) ?? [];
  const from = buckets.find(sourceName);
  if (from === undefined) throw noSuchBucket(sourceName);
  const replaces = headerOf(request, 'x-amz-metadata-directive') === 'REPLACE';
  if (from === bucket && sourceKey === key && !replaces) {
    throw new AwsError(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      400,
    );
  }
  return {
    name: 'CopyObject',
    rights: [rightOf('s3:PutObject', bucket, key), rightOf('s3:GetObject', from, sourceKey)],
    run: (caller) => {
      const original = found(from, sourceKey, caller);
      const headers = replaces ? storedHeaders(request.headers) : original.headers;
      const copy = bucket.create({ key, headers }, from.objects.read(sourceKey), 'Copy');
      return {
        status: 200,
        ...xml('CopyObjectResult', {
          LastModified: new Date(copy.modifiedAt).toISOString(),
          ETag: copy.etag,
        }),
      };
    },
  };
}

/** Whether it was there or not. */
export function deleteObject({ bucket, key }: ObjectCall): S3Operation {
  return {
    name: 'DeleteObject',
    rights: [rightOf('s3:DeleteObject', bucket, key)],
    run: () => {
      bucket.objects.delete(key);
      return { status: 204, headers: {}, body: '' };
    },
  };
}

/** An upload by a form that was presigned, and has been checked. */
export function postObject(
  { request, bucket }: Pick<ObjectCall, 'request' | 'bucket'>,
  { key, fields, file }: PostForm,
): S3Operation {
  return {
    name: 'PostObject',
    rights: [rightOf('s3:PutObject', bucket, key)],
    run: () => {
      const { etag } = bucket.create(
        { key, headers: storedHeaders(Object.fromEntries(fields)) },
        file,
        'Post',
      );
      const location = `http://${request.headers.host ?? ''}/${bucket.resource.name}/${encodeURIComponent(key)}`;
      const headers = { etag, location };
      const status = fields.get('success_action_status');
      if (status === '200') return { status: 200, headers, body: '' };
      if (status !== '201') return { status: 204, headers, body: '' };
      const answer = xml('PostResponse', {
        Location: location,
        Bucket: bucket.resource.name,
        Key: key,
        ETag: etag,
      });
      return { status: 201, headers: { ...headers, ...answer.headers }, body: answer.body };
    },
  };
}

export function noSuchBucket(name: string): AwsError {
  return new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, {
    BucketName: name,
  });
}

export function notImplemented(): AwsError {
  return new AwsError(
    'NotImplemented',
    'A header or query you provided implies functionality that is not implemented',
    501,
  );
}

export function bucketAndKey({
  bucket,
  bucketName,
  key,
  query,
}: Target): Omit<ObjectCall, 'request'> {
  if (bucket === undefined) throw noSuchBucket(bucketName);
  return { bucket, key, query };
}

/** Whoever may not list a bucket is not told what is not in it: a 403, as for what it may not read. */
function found(bucket: Bucket, key: string, { statements }: Caller): StoredObject {
  const object = bucket.objects.find(key);
  if (object !== undefined) return object;
  const list = { action: 's3:ListBucket', resource: bucket.resource.arn };
  const mayList = statements === undefined || evaluate(statements, list).verdict === 'allowed';
  if (!mayList) throw denied('Access Denied');
  throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
}

function rightOf(action: string, bucket: Bucket, key: string): Right {
  const resource = `${bucket.resource.arn}/${key}`;
  return { action, resource, shownResource: `"${resource}"` };
}

function headerOf({ headers }: AwsRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
