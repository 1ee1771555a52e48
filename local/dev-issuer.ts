import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { JWK } from 'jose';
import { z } from 'zod';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';

export interface DevIssuerOptions {
  /** `iss`, and where it is reached: `http://localhost:4000/dev`. */
  readonly url: string;
  /** `aud`. */
  readonly audience: string;
  /** Where the key survives a restart, and with it every token. Default: none, a new key. */
  readonly dataDirectory?: string;
  readonly clock?: Clock;
}

export interface DevIssuer {
  /** Answers a request if it is for the issuer, and says whether it is. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

const ALGORITHM = 'ES256';
const KEY_FILE = 'dev-issuer-key.json';
const DEFAULT_LIFETIME_SECONDS = 3600;
const LONGEST_LIFETIME_SECONDS = 24 * 3600;
const LARGEST_BODY_BYTES = 10_000;
const EXAMPLE = '{"userId":"alice","name":"Alice"}';

const bodySchema = z.strictObject({
  /** `sub`: ASCII, 255 at most (OpenID Connect Core §2). */
  userId: z.string().regex(/^[\x21-\x7e]{1,255}$/, 'it must be 1 to 255 ASCII characters'),
  name: z.string().min(1).max(128).optional(),
  /** Seconds. Default: an hour. */
  expiresIn: z.int().min(1).max(LONGEST_LIFETIME_SECONDS).optional(),
});

/**
 * An OpenID-like issuer for this machine: it signs whatever identity it is asked for, so that a developer has tokens
 * which pass the same checks as a real issuer's. It knows JWT and nothing of what they are for.
 *
 * - `POST {url}/token {userId, name?, expiresIn?}` → `{token}`
 * - `GET {url}/.well-known/jwks.json`, `GET {url}/.well-known/openid-configuration`
 */
export async function createDevIssuer(options: DevIssuerOptions): Promise<DevIssuer> {
  const { url, audience, clock = systemClock } = options;
  const { path, publicJwk, sign } = {
    path: new URL(url).pathname,
    ...(await loadKey(options.dataDirectory)),
  };
  const documents: Readonly<Record<string, object>> = {
    '/.well-known/jwks.json': { keys: [publicJwk] },
    '/.well-known/openid-configuration': {
      issuer: url,
      jwks_uri: `${url}/.well-known/jwks.json`,
      token_endpoint: `${url}/token`,
      id_token_signing_alg_values_supported: [ALGORITHM],
    },
  };

  async function answer(request: IncomingMessage, resource: string): Promise<Answer> {
    const document = documents[resource];
    if (document !== undefined) {
      return request.method === 'GET' ? { status: 200, body: document } : wrongMethod('GET');
    }
    if (resource !== '/token')
      return { status: 404, body: { message: `Nothing is at ${path}${resource}.` } };
    if (request.method !== 'POST') return wrongMethod('POST');
    const body = bodySchema.safeParse(parse(await read(request)));
    if (!body.success) {
      const [issue] = body.error.issues;
      const message = `Send JSON like ${EXAMPLE}${issue === undefined ? '' : problem(issue)}.`;
      return { status: 400, body: { message } };
    }
    const { userId, name, expiresIn = DEFAULT_LIFETIME_SECONDS } = body.data;
    const now = Math.floor(clock.now() / 1000);
    const claims = name === undefined ? {} : { name };
    const token = await sign(
      new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: publicJwk.kid ?? '' })
        .setIssuer(url)
        .setAudience(audience)
        .setSubject(userId)
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + expiresIn),
    );
    return { status: 200, body: { token } };
  }

  return {
    handle: async (request, response) => {
      const { pathname } = new URL(request.url ?? '/', url);
      if (pathname !== path && !pathname.startsWith(`${path}/`)) return false;
      const headers = { ...corsHeaders(request), 'Content-Type': 'application/json' };
      if (request.method === 'OPTIONS') {
        response.writeHead(204, headers).end();
        return true;
      }
      const { status, body } = await answer(request, pathname.slice(path.length));
      response.writeHead(status, headers).end(`${JSON.stringify(body)}\n`);
      return true;
    },
  };
}

/** Which field is wrong, if it is one. */
function problem(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return `; there is no ${issue.keys.join(', ')}, only ${Object.keys(bodySchema.shape).join(', ')}`;
  const where = issue.path.join('.');
  return where === '' ? '' : `; ${where} is wrong: ${issue.message}`;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

function wrongMethod(right: string): Answer {
  return { status: 405, body: { message: `Use ${right}.` } };
}

interface Key {
  readonly publicJwk: JWK;
  readonly sign: (jwt: SignJWT) => Promise<string>;
}

async function loadKey(dataDirectory: string | undefined): Promise<Key> {
  const file = dataDirectory === undefined ? undefined : join(dataDirectory, KEY_FILE);
  const kept = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  const jwk = kept === undefined ? await generateKey() : (JSON.parse(kept) as JWK);
  if (file !== undefined && kept === undefined) {
    await writeFile(file, JSON.stringify(jwk), { mode: 0o600 });
  }
  const { d: _, ...publicJwk } = jwk;
  const key = await importJWK(jwk, ALGORITHM);
  return { publicJwk: { ...publicJwk, alg: ALGORITHM, use: 'sig' }, sign: (jwt) => jwt.sign(key) };
}

async function generateKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID() };
}

/** Pages on this machine may ask; no others need to. */
function corsHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const { origin } = request.headers;
  if (origin === undefined || !URL.canParse(origin)) return {};
  if (!['localhost', '127.0.0.1', '[::1]'].includes(new URL(origin).hostname)) return {};
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
    'Access-Control-Allow-Headers': 'content-type',
    Vary: 'Origin',
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > LARGEST_BODY_BYTES ? '' : Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
