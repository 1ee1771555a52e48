import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import type { handler as authorize } from '../../lambdas/authorize.ts';
import { ENV } from '../../lambdas/env.ts';
import { createSigningKey, jwksOf, signToken } from '../support/issuer.ts';
import type { SigningKey } from '../support/issuer.ts';

const METHOD_ARN = 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/dev/$connect';

let key: SigningKey;
let issuer: Server;
let isIssuerUp: boolean;
let handler: typeof authorize;
let written: jest.SpiedFunction<typeof process.stdout.write>;

beforeAll(async () => {
  key = await createSigningKey('key-1');
  const jwks = JSON.stringify(await jwksOf(key));
  issuer = createServer((_, response) => {
    response.writeHead(isIssuerUp ? 200 : 503, { 'content-type': 'application/json' }).end(jwks);
  });
  issuer.listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  const { port } = issuer.address() as AddressInfo;
  Object.assign(process.env, {
    [ENV.issuer]: 'https://issuer.example',
    [ENV.audience]: 'chat',
    [ENV.jwksUrl]: `http://127.0.0.1:${port}/jwks.json`,
    [ENV.allowedOrigins]: 'https://chat.example.com, https://chat.example.org',
  });
});

beforeEach(async () => {
  isIssuerUp = true;
  written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  // Loaded anew, as an instance that has not seen a token yet.
  jest.resetModules();
  ({ handler } = await import('../../lambdas/authorize.ts'));
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  issuer.close();
  issuer.closeAllConnections();
  await once(issuer, 'close');
});

function sign(claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return signToken(key, {
    iss: 'https://issuer.example',
    aud: 'chat',
    sub: 'alice',
    iat: now,
    exp: now + 600,
    ...claims,
  });
}

function ask(
  token: string | undefined,
  headers: Record<string, string> = {},
  query: Record<string, string> = {},
): Promise<APIGatewayAuthorizerResult> {
  const queryStringParameters = token === undefined ? query : { ...query, token };
  return handler({ methodArn: METHOD_ARN, headers, queryStringParameters });
}

function logged(): readonly unknown[] {
  return written.mock.calls.map(([line]) => JSON.parse(String(line)) as unknown);
}

function policy(Effect: 'Allow' | 'Deny') {
  const statement = { Action: 'execute-api:Invoke', Effect, Resource: METHOD_ARN };
  return { Version: '2012-10-17', Statement: [statement] };
}

describe('the authorizer', () => {
  it('allows a good token exactly what was asked for, with who it is', async () => {
    const exp = Math.floor(Date.now() / 1000) + 60;
    expect(await ask(await sign({ exp, name: 'Alice' }), {}, { batch: '1' })).toEqual({
      principalId: 'alice',
      policyDocument: policy('Allow'),
      context: { userId: 'alice', name: 'Alice', tokenEnd: exp * 1000, batch: true },
    });
    expect(logged()).toEqual([]);
  });

  it('denies a page of another origin, which is a 403', async () => {
    const token = await sign();
    expect(await ask(token, { Origin: 'https://evil.example' })).toEqual({
      principalId: 'nobody',
      policyDocument: policy('Deny'),
      context: {},
    });
    expect(logged()).toMatchObject([{ event: 'connection_refused', reason: 'origin' }]);
    const allowed = await ask(token, { Origin: 'https://chat.example.org' });
    expect(allowed.policyDocument).toEqual(policy('Allow'));
  });

  it('throws exactly what API Gateway makes a 401 of, for no token and a bad one', async () => {
    await expect(ask(undefined)).rejects.toThrow(new Error('Unauthorized'));
    const expired = await sign({ exp: 1 });
    await expect(ask(expired)).rejects.toThrow(new Error('Unauthorized'));
    expect(logged()).toMatchObject([{ reason: 'no_token' }, { reason: 'ERR_JWT_EXPIRED_exp' }]);
    expect(JSON.stringify(logged())).not.toContain(expired.slice(0, 20));
  });

  it('throws something else while the keys cannot be had, which is a 500, and says so', async () => {
    isIssuerUp = false;
    await expect(ask(await sign())).rejects.toThrow('Expected 200 OK');
    expect(logged()).toMatchObject([{ level: 'error', event: 'signing_keys_unavailable' }]);
  });

  it('takes events without headers and query string, which API Gateway leaves null', async () => {
    const event = { methodArn: METHOD_ARN, headers: null, queryStringParameters: null };
    await expect(handler(event)).rejects.toThrow(new Error('Unauthorized'));
  });

  it.each([ENV.issuer, ENV.audience, ENV.jwksUrl])('does not start without %s', async (name) => {
    const { [name]: value, ...rest } = process.env;
    process.env = rest;
    jest.resetModules();
    await expect(import('../../lambdas/authorize.ts')).rejects.toThrow(
      `the environment variable ${name} is not set`,
    );
    process.env = { ...rest, [name]: value };
  });
});
