import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JSONWebKeySet, JWTHeaderParameters, JWTPayload } from 'jose';

/** What a test changes about a good token; `undefined` leaves a claim or header out. */
export interface TokenChanges {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: CryptoKey | Uint8Array;
}

export interface SigningKey {
  readonly kid: string;
  readonly alg: 'RS256' | 'ES256';
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** A key pair under a name. */
export async function createSigningKey(
  kid: string,
  alg: SigningKey['alg'] = 'ES256',
): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey };
}

export async function jwksOf(...keys: readonly SigningKey[]): Promise<JSONWebKeySet> {
  return {
    keys: await Promise.all(
      keys.map(async ({ kid, alg, publicKey }) => ({
        ...(await exportJWK(publicKey)),
        kid,
        alg,
        use: 'sig',
      })),
    ),
  };
}

/** A good token of `claims` for `key`, but for the changes. */
export async function signToken(
  key: SigningKey,
  claims: JWTPayload,
  changes: TokenChanges = {},
): Promise<string> {
  const header = { alg: key.alg, kid: key.kid, typ: 'JWT', ...changes.header };
  return new SignJWT(defined({ ...claims, ...changes.claims }))
    .setProtectedHeader(defined(header) as unknown as JWTHeaderParameters)
    .sign(changes.key ?? key.privateKey);
}

/** Any header and payload, whether or not a library would sign them. `sign` gets the signing input. */
export function assembleToken(
  header: unknown,
  payload: unknown,
  sign: (input: string) => Uint8Array = () => new Uint8Array(),
): string {
  const input = `${encode(JSON.stringify(header))}.${encode(JSON.stringify(payload))}`;
  return `${input}.${encode(sign(input))}`;
}

/** Of a JWT, or of whatever else. */
export function encode(data: string | Uint8Array): string {
  return Buffer.from(data).toString('base64url');
}

function defined(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
