import type { AwsRequest } from '../endpoint/service.ts';
import { AwsError } from '../endpoint/aws-error.ts';

const CHUNKED = 'aws-chunked';

/**
 * The bytes that a `PUT` is to store. SDKs send what they stream in chunks of their own, each with its length in
 * hexadecimal before it, a checksum of all behind the last. Source: S3 API Reference, "Signature calculations for
 * trailing headers". The checksums are not verified.
 */
export function bodyOf({ headers, body }: AwsRequest): Buffer {
  if (!(headers['content-encoding'] ?? '').includes(CHUNKED)) return body;
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, lineEnd).toString('latin1'), 16);
    if (lineEnd < 0 || !(size >= 0)) {
      throw new AwsError('IncompleteBody', 'The request body terminated unexpectedly', 400);
    }
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

/** The content encoding that remains of the object once its chunks are put together, if any. */
export function contentEncodingOf({ headers }: Pick<AwsRequest, 'headers'>): string | undefined {
  const left = (headers['content-encoding'] ?? '')
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== '' && encoding !== CHUNKED);
  return left.length === 0 ? undefined : left.join(',');
}
