import type { AwsRequest } from '../endpoint/service.ts';
import type { Bucket, Buckets } from './buckets.ts';

/** What a request is about. */
export interface Target {
  readonly bucketName: string;
  readonly bucket?: Bucket;
  /** Empty for the bucket itself. */
  readonly key: string;
  /** As it was signed: decoded, with the bucket if it stands there. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Reads `/bucket/key`, or `/key` of a host like `bucket.localhost`. */
export function targetOf({ url, headers }: AwsRequest, buckets: Buckets): Target {
  const at = url.indexOf('?');
  const path = decode(at < 0 ? url : url.slice(0, at));
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at));
  const ofHost = buckets.findByHost(headers.host ?? '');
  if (ofHost !== undefined) {
    const bucketName = ofHost.resource.name;
    return { bucketName, bucket: ofHost, key: path.slice(1), path, query };
  }
  const [, bucketName = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const bucket = buckets.find(bucketName);
  return { bucketName, ...(bucket && { bucket }), key, path, query };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone `%` stands for itself.
    return text;
  }
}
