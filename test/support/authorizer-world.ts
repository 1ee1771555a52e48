import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { createSigningKeys } from '../../lambdas/aws/signing-keys.ts';
import { authorize } from '../../lambdas/core/authorize.ts';
import type { Authorization, AuthorizeSettings } from '../../lambdas/core/authorize.ts';
import { MemoryClock } from '../memory/clock.ts';
import { createSigningKey, jwksOf, signToken } from './issuer.ts';
import type { SigningKey, TokenChanges } from './issuer.ts';

export const JWKS_URL = 'https://issuer.example/.well-known/jwks.json';
export const SETTINGS: AuthorizeSettings = {
  issuer: 'https://issuer.example/',
  audience: 'chat',
  allowedOrigins: ['https://chat.example.com'],
};

interface IssuerKeys {
  readonly rsa: SigningKey;
  readonly ec: SigningKey;
  /** Under the name of `rsa`, and not the issuer's. */
  readonly stranger: SigningKey;
}

async function createIssuerKeys(): Promise<IssuerKeys> {
  const [rsa, ec, stranger] = await Promise.all([
    createSigningKey('rsa-1', 'RS256'),
    createSigningKey('ec-1'),
    createSigningKey('rsa-1', 'RS256'),
  ]);
  return { rsa, ec, stranger };
}

/**
 * For all tests of a file: an issuer and an authorizer, new for each test, but for the issuer's keys: RSA keys take
 * their time.
 */
export function authorizerForEachTest(): AuthorizerWorld {
  const world = new AuthorizerWorld();
  let keys: IssuerKeys;
  beforeAll(async () => {
    keys = await createIssuerKeys();
  });
  beforeEach(() => world.start(keys));
  afterEach(() => {
    jest.restoreAllMocks();
  });
  return world;
}

/** An issuer and an authorizer on a clock of their own; every request for keys is kept. */
class AuthorizerWorld {
  clock = new MemoryClock();
  fetched: string[] = [];
  /** What the issuer's URL answers. */
  served: JSONWebKeySet = { keys: [] };
  private issuerKeys: IssuerKeys | undefined;
  private signingKeys: JWTVerifyGetKey | undefined;

  async start(keys: IssuerKeys): Promise<void> {
    this.issuerKeys = keys;
    this.served = await jwksOf(keys.rsa, keys.ec);
    this.clock = new MemoryClock();
    this.fetched = [];
    this.signingKeys = createSigningKeys(JWKS_URL, this.clock, (url) => {
      this.fetched.push(url);
      return Promise.resolve(Response.json(this.served));
    });
    // jose measures the age of its keys by it.
    jest.spyOn(Date, 'now').mockImplementation(() => this.clock.now());
    // Whatever asks for anything by itself fails, and is seen.
    jest.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no such request was expected'));
  }

  get keys(): IssuerKeys {
    return started(this.issuerKeys);
  }

  /** The time as tokens have it. */
  seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  /** Of a token that is let in, for an hour. */
  goodClaims() {
    const now = this.seconds();
    return { iss: SETTINGS.issuer, aud: 'chat', sub: 'alice', iat: now - 10, exp: now + 3_600 };
  }

  /** A good token but for the changes. */
  sign(changes?: TokenChanges, key = this.keys.rsa): Promise<string> {
    return signToken(key, this.goodClaims(), changes);
  }

  /** Asks with a token in the query string, with headers, or both. */
  ask(
    token: string | undefined,
    settings = SETTINGS,
    headers: Record<string, string> = {},
    query: Record<string, string> = {},
  ): Promise<Authorization> {
    return authorize({ keys: started(this.signingKeys), clock: this.clock }, settings, {
      headers,
      query: token === undefined ? query : { token, ...query },
    });
  }
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the world is there within tests only');
  return value;
}
