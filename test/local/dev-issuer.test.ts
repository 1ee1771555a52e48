import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { createDevIssuer } from '../../local/dev-issuer.ts';

const servers: Server[] = [];

/** Serves an issuer at `/dev` and answers its URL. */
async function serve(dataDirectory?: string): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`;
  const issuer = await createDevIssuer({
    url,
    audience: 'tests',
    ...(dataDirectory !== undefined && { dataDirectory }),
  });
  server.on('request', (request, response) => {
    void issuer
      .handle(request, response)
      .then((handled) => handled || response.writeHead(418).end());
  });
  return url;
}

async function post(
  url: string,
  body: string,
): Promise<{ status: number; message?: string; token?: string }> {
  const response = await fetch(`${url}/token`, { method: 'POST', body });
  return { status: response.status, ...((await response.json()) as object) };
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('the dev issuer', () => {
  it('signs the identity that it is asked for, to be checked with its keys', async () => {
    const url = await serve();
    const { status, token = '' } = await post(url, '{"userId":"alice","name":"Alice Ä"}');
    expect(status).toBe(200);
    const keys = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: url,
      audience: 'tests',
    });
    expect(payload).toMatchObject({ sub: 'alice', name: 'Alice Ä' });
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'JWT' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
  });

  it('gives no private part of its key away', async () => {
    const url = await serve();
    const response = await fetch(`${url}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: object[] };
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toHaveProperty('d');
  });

  it('lets a token last as long as it is asked to', async () => {
    const url = await serve();
    const { token = '' } = await post(url, '{"userId":"alice","expiresIn":60}');
    const [, claims = ''] = token.split('.');
    const { iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
      iat: number;
      exp: number;
    };
    expect(exp - iat).toBe(60);
  });

  it('is found by discovery', async () => {
    const url = await serve();
    const response = await fetch(`${url}/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({
      issuer: url,
      jwks_uri: `${url}/.well-known/jwks.json`,
    });
  });

  it('keeps its key over a restart, so that tokens stay good', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'test-issuer-'));
    const kid = async (): Promise<string | undefined> => {
      const { token = '' } = await post(await serve(folder), '{"userId":"alice"}');
      return decodeProtectedHeader(token).kid;
    };
    const first = await kid();
    expect(first).toBeDefined();
    expect(await kid()).toBe(first);
  });

  it.each([
    ['no JSON', 'userId=alice'],
    ['nothing', ''],
    ['no user', '{"name":"Alice"}'],
    ['an empty user', '{"userId":""}'],
    ['a user that no token can name', '{"userId":"Ä"}'],
    ['a key that it does not know', '{"userId":"alice","role":"admin"}'],
    ['a lifetime that is none', '{"userId":"alice","expiresIn":-1}'],
    ['far too much', `{"userId":"alice","name":"${'x'.repeat(20_000)}"}`],
  ])('answers %s with 400 and a sentence', async (_, body) => {
    const { status, message } = await post(await serve(), body);
    expect(status).toBe(400);
    expect(message).toMatch(/^Send JSON like \{"userId":"alice","name":"Alice"\}.*\.$/);
  });

  it('names the fields that there are where one is asked for that is none', async () => {
    const { message } = await post(await serve(), '{"userId":"alice","role":"admin"}');
    expect(message).toContain('; there is no role, only userId, name, expiresIn.');
  });

  it('says where there is nothing', async () => {
    const response = await fetch(new URL('/dev/nothing', await serve()));
    expect(await response.json()).toEqual({ message: 'Nothing is at /dev/nothing.' });
  });

  it('lets pages on this machine ask, and no others', async () => {
    const url = await serve();
    const allowed = async (origin: string): Promise<string | null> => {
      const response = await fetch(`${url}/token`, { method: 'OPTIONS', headers: { origin } });
      return response.headers.get('access-control-allow-origin');
    };
    expect(await allowed('http://localhost:3000')).toBe('http://localhost:3000');
    expect(await allowed('https://localhost.example.com')).toBeNull();
  });

  it('leaves what is not its own to others, and says what is wrong with what is', async () => {
    const url = await serve();
    const status = async (path: string, method = 'GET'): Promise<number> =>
      (await fetch(new URL(path, url), { method })).status;
    expect(await status('/')).toBe(418);
    expect(await status('/developers')).toBe(418);
    expect(await status('/dev/nothing')).toBe(404);
    expect(await status('/dev/token')).toBe(405);
    expect(await status('/dev/.well-known/jwks.json', 'POST')).toBe(405);
  });
});
