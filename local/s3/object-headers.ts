import type { IncomingHttpHeaders } from 'node:http';
import type { StoredObject } from './objects.ts';

/** What of an object its owner may set, and a signed link may say otherwise (`response-content-type`). */
const STORED = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
const METADATA_PREFIX = 'x-amz-meta-';
const DEFAULT_TYPE = 'binary/octet-stream';

/** What is kept of the headers of a `PUT`, or the fields of a form. */
export function storedHeaders(
  given: Readonly<IncomingHttpHeaders>,
): Readonly<Record<string, string>> {
  const kept = Object.entries(given).flatMap(([name, value]) =>
    typeof value === 'string' && (STORED.includes(name) || name.startsWith(METADATA_PREFIX))
      ? [[name, value] as const]
      : [],
  );
  return { 'content-type': DEFAULT_TYPE, ...Object.fromEntries(kept) };
}

/** What a reader is told of an object. */
export function answerHeaders(
  { etag, modifiedAt, headers }: StoredObject,
  query: URLSearchParams,
): Readonly<Record<string, string>> {
  const overrides = STORED.flatMap((name) => {
    const value = query.get(`response-${name}`);
    return value === null ? [] : [[name, value] as const];
  });
  return {
    ...headers,
    ...Object.fromEntries(overrides),
    etag,
    'last-modified': new Date(modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
  };
}
