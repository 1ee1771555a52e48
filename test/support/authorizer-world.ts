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

/** Keys of an issuer, made once for many tests: RSA keys take their time. */
export interface IssuerKeys {
  readonly rsa: SigningKey;
  readonly ec: SigningKey;
  /** Under the name of `rsa`, and not the issuer's. */
  readonly stranger: SigningKey;
}

export async function createIssuerKeys(): Promise<IssuerKeys> {
  const [rsa, ec, stranger] = await Promise.all([
    createSigningKey('rsa-1', 'RS256'),
    createSigningKey('ec-1'),
    createSigningKey('rsa-1', 'RS256'),
  ]);
  return { rsa, ec, stranger };
}

/** An issuer and an authorizer on a clock of their own; every request for keys is kept. */
export class AuthorizerWorld {
  readonly clock = new MemoryClock();
  readonly keys: IssuerKeys;
  readonly fetched: string[] = [];
  /** What the issuer's URL answers. */
  served: JSONWebKeySet;
  private readonly signingKeys: JWTVerifyGetKey;

  private constructor(keys: IssuerKeys, served: JSONWebKeySet) {
    this.keys = keys;
    this.served = served;
    this.signingKeys = createSigningKeys(JWKS_URL, this.clock, (url) => {
      this.fetched.push(url);
      return Promise.resolve(Response.json(this.served));
    });
    // jose measures the age of its keys by it.
    jest.spyOn(Date, 'now').mockImplementation(() => this.clock.now());
    // Whatever asks for anything by itself fails, and is seen.
    jest.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no such request was expected'));
  }

  static async create(keys: IssuerKeys): Promise<AuthorizerWorld> {
    return new AuthorizerWorld(keys, await jwksOf(keys.rsa, keys.ec));
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
    return authorize({ keys: this.signingKeys, clock: this.clock }, settings, {
      headers,
      query: token === undefined ? query : { token, ...query },
    });
  }
}
