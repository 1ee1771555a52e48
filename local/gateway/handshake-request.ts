import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

type Single = Readonly<Record<string, string>>;
type Multi = Readonly<Record<string, readonly string[]>>;

/** An upgrade request, in the words of API Gateway's events. */
export interface HandshakeRequest {
  /** The path without the query string: `/dev`. */
  readonly path: string;
  /** By the names the client wrote; the last value where one comes more than once. */
  readonly headers: Single;
  readonly multiValueHeaders: Multi;
  readonly queryStringParameters: Single;
  readonly multiValueQueryStringParameters: Multi;
  /** The client's `Host`, port included. */
  readonly host: string;
  readonly sourceIp: string;
  readonly userAgent?: string;
}

/** Reads what API Gateway passes on of an upgrade request, with the headers it adds itself. */
export function readHandshake(request: IncomingMessage): HandshakeRequest {
  const [path = '', ...query] = (request.url ?? '/').split('?');
  const sourceIp = (request.socket.remoteAddress ?? '').replace(/^::ffff:/u, '');
  const headers = collect(headerPairs(request, sourceIp));
  const parameters = collect(new URLSearchParams(query.join('?')));
  const userAgent = request.headers['user-agent'];
  return {
    path,
    headers: lastOf(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: lastOf(parameters),
    multiValueQueryStringParameters: Object.fromEntries(parameters),
    host: request.headers.host ?? 'localhost',
    sourceIp,
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}

/** The value of a header whatever its case, as HTTP/1.1 has it. */
export function headerOf(headers: Single, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(headers).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

function* headerPairs(request: IncomingMessage, sourceIp: string): Generator<[string, string]> {
  const forwarded = request.headers['x-forwarded-for'];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? '';
    if (!/^x-forwarded-/iu.test(name)) yield [name, request.rawHeaders[index + 1] ?? ''];
  }
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  yield ['X-Amzn-Trace-Id', `Root=1-${seconds}-${randomBytes(12).toString('hex')}`];
  yield [
    'X-Forwarded-For',
    forwarded === undefined ? sourceIp : `${String(forwarded)}, ${sourceIp}`,
  ];
  yield ['X-Forwarded-Port', String(request.socket.localPort ?? '')];
  yield ['X-Forwarded-Proto', 'http'];
}

function collect(pairs: Iterable<readonly [string, string]>): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return values;
}

function lastOf(values: ReadonlyMap<string, readonly string[]>): Single {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? '']));
}
