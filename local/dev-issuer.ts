import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { JWK } from 'jose';

/** Where the issuer answers, below the runner's own address. */
export const DEV_ISSUER_PATH = '/dev';
export const DEV_AUDIENCE = 'parley';
const ALGORITHM = 'ES256';
const HOUR_SECONDS = 3_600;
const LARGEST_BODY_BYTES = 16_384;

/** An issuer of tokens for this machine alone: whoever asks is whoever they say. */
export interface DevIssuer {
  /** `POST /dev/token`, `GET /dev/.well-known/jwks.json`, `GET /dev/.well-known/openid-configuration`. */
  readonly handle: RequestListener;
}

interface TokenRequest {
  readonly userId: string;
  readonly name?: string;
  /** Seconds; an hour by default. */
  readonly expiresIn?: number;
}

/**
 * @param issuer its own address, e.g. `http://localhost:4000/dev`: the `iss` of every token
 * @param dataDirectory where its key is kept, so that tokens outlive a restart; by default it is new each time
 */
export async function createDevIssuer(issuer: string, dataDirectory?: string): Promise<DevIssuer> {
  const jwk = dataDirectory === undefined ? await newKey() : await keptKey(dataDirectory);
  const key = await importJWK(jwk, ALGORITHM);
  const { d: _private, ...publicJwk } = jwk;
  const documents = new Map<string, unknown>([
    ['/.well-known/jwks.json', { keys: [publicJwk] }],
    ['/.well-known/openid-configuration', { issuer, jwks_uri: `${issuer}/.well-known/jwks.json` }],
  ]);

  const sign = ({ userId, name, expiresIn = HOUR_SECONDS }: TokenRequest): Promise<string> =>
    new SignJWT(name === undefined ? {} : { name })
      .setProtectedHeader({
        alg: ALGORITHM,
        typ: 'JWT',
        ...(jwk.kid !== undefined && { kid: jwk.kid }),
      })
      .setIssuer(issuer)
      .setAudience(DEV_AUDIENCE)
      .setSubject(userId)
      .setIssuedAt()
      .setExpirationTime(`${expiresIn}s`)
      .sign(key);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').split('?')[0]?.slice(DEV_ISSUER_PATH.length) ?? '';
    if (request.method === 'OPTIONS') return answer(response, 204);
    if (path === '/token' && request.method === 'POST') {
      const wanted = readTokenRequest(await readBody(request));
      if (typeof wanted === 'string') return answer(response, 400, { message: wanted });
      return answer(response, 200, { token: await sign(wanted) });
    }
    const document = request.method === 'GET' ? documents.get(path) : undefined;
    if (document !== undefined) return answer(response, 200, document);
    return answer(response, 404, {
      message: 'unable to find this; POST /dev/token {"userId": "alice"} gives a token',
    });
  };
  return {
    handle: (request, response) => {
      serve(request, response).catch(() => answer(response, 500, { message: 'unable to answer' }));
    },
  };
}

async function keptKey(dataDirectory: string): Promise<JWK> {
  const file = join(dataDirectory, 'dev-issuer.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JWK;
  } catch {
    const jwk = await newKey();
    await mkdir(dataDirectory, { recursive: true });
    await writeFile(file, JSON.stringify(jwk), { mode: 0o600 });
    return jwk;
  }
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: ALGORITHM, use: 'sig', kid: randomUUID() };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > LARGEST_BODY_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What is asked for, or a sentence that says what is wrong with it. */
function readTokenRequest(body: string): TokenRequest | string {
  let value: Partial<Record<string, unknown>>;
  try {
    value = Object(JSON.parse(body)) as Partial<Record<string, unknown>>;
  } catch {
    return 'unable to make a token; the body must be JSON such as {"userId": "alice", "name": "Alice"}';
  }
  const { userId, name, expiresIn } = value;
  if (typeof userId !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(userId)) {
    return 'unable to make a token; userId must be 1 to 255 printable ASCII characters without spaces';
  }
  if (name !== undefined && typeof name !== 'string')
    return 'unable to make a token; name must be a string';
  if (expiresIn !== undefined && !(Number.isInteger(expiresIn) && Number(expiresIn) > 0)) {
    return 'unable to make a token; expiresIn must be a whole number of seconds';
  }
  return {
    userId,
    ...(name !== undefined && { name }),
    ...(expiresIn !== undefined && { expiresIn: Number(expiresIn) }),
  };
}

function answer(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'content-type',
    'access-control-allow-methods': 'GET, POST, OPTIONS',
  });
  response.end(body === undefined ? '' : JSON.stringify(body));
}
