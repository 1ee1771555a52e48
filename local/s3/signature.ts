import { createHash, createHmac } from 'node:crypto';

/** What a signature is made for: `date/region/service/aws4_request`. */
export interface Scope {
  /** `20260131`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Signature version 4 of a text. Source: IAM User Guide, "Create a signed AWS API request". */
export function signatureOf(secretAccessKey: string, scope: Scope, text: string): string {
  const parts = [scope.date, scope.region, scope.service, 'aws4_request'];
  const key = parts.reduce<string | Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

/** The signature of a presigned link: of all of its query but the signature itself, and of the headers that it names. */
export function linkSignatureOf(
  secretAccessKey: string,
  scope: Scope,
  link: {
    readonly method: string;
    /** Decoded. */
    readonly path: string;
    /** Decoded. */
    readonly query: readonly (readonly [name: string, value: string])[];
    /** Those that were signed, in order: `[['host', '127.0.0.1:4566']]`. */
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** `20260131T120000Z`. */
    readonly time: string;
  },
): string {
  const query = link.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => pair.map(percentEncoded).join('='))
    // By code units, which is the order of the bytes: it is all ASCII.
    .toSorted((one, other) => (one < other ? -1 : 1))
    .join('&');
  const canonical = [
    link.method,
    link.path.split('/').map(percentEncoded).join('/'),
    query,
    ...link.headers.map(([name, value]) => `${name}:${value.trim().replaceAll(/ +/g, ' ')}`),
    '',
    link.headers.map(([name]) => name).join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const scopeText = `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
  return signatureOf(secretAccessKey, scope, [ALGORITHM, link.time, scopeText, digest].join('\n'));
}

/** Everything but RFC 3986's unreserved characters. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Milliseconds of `20260131T120000Z`; not a number for anything else. */
export function timeOf(text: string): number {
  return Date.parse(
    text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
}
