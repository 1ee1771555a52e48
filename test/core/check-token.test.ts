import { constants, createHmac, sign as signWith, KeyObject } from 'node:crypto';
import { exportJWK, exportSPKI } from 'jose';
import { authorizerForEachTest, JWKS_URL, SETTINGS } from '../support/authorizer-world.ts';
import { assembleToken, encode } from '../support/issuer.ts';

const world = authorizerForEachTest();

const header = () => ({ alg: 'RS256', kid: 'rsa-1', typ: 'JWT' });
const rs256 = (hash = 'sha256') => {
  return (input: string) =>
    signWith(hash, Buffer.from(input), KeyObject.from(world.keys.rsa.privateKey));
};
const hmac = (hash: string, secret: string | Uint8Array) => (input: string) =>
  createHmac(hash, secret).update(input).digest();
const withHeader = (changed: Record<string, unknown>) => () => world.sign({ header: changed });
const withClaims = (changed: Record<string, unknown>) => () => world.sign({ claims: changed });
/** Signed by our key over whatever header. */
const assembled = (changed: Record<string, unknown>) => () =>
  assembleToken({ ...header(), ...changed }, world.goodClaims(), rs256());
/** OpenID Connect Back-Channel Logout §2.4: what makes a token one. */
const LOGOUT = { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } };
const parts = async () => (await world.sign()).split('.') as [string, string, string];

describe('a hostile token', () => {
  const tokens: Readonly<Record<string, () => string | Promise<string>>> = {
    // The algorithm.
    'alg none': () => assembleToken({ ...header(), alg: 'none' }, world.goodClaims()),
    'alg None': () => assembleToken({ ...header(), alg: 'None' }, world.goodClaims()),
    'alg NONE': () => assembleToken({ ...header(), alg: 'NONE' }, world.goodClaims()),
    'alg nOnE': () => assembleToken({ ...header(), alg: 'nOnE' }, world.goodClaims()),
    'alg none with a good signature': assembled({ alg: 'none' }),
    'no alg': assembled({ alg: undefined }),
    'an empty alg': assembled({ alg: '' }),
    'alg in lower case': assembled({ alg: 'rs256' }),
    'a list of algs': assembled({ alg: ['RS256'] }),
    'alg as a number': assembled({ alg: 256 }),
    'HS256 with the public key in PEM': async () =>
      assembleToken(
        { ...header(), alg: 'HS256' },
        world.goodClaims(),
        hmac('sha256', await exportSPKI(world.keys.rsa.publicKey)),
      ),
    'HS256 with the public key in PEM, without its last line end': async () =>
      assembleToken(
        { ...header(), alg: 'HS256' },
        world.goodClaims(),
        hmac('sha256', (await exportSPKI(world.keys.rsa.publicKey)).trim()),
      ),
    'HS256 with the public key as JWK': async () =>
      assembleToken(
        { ...header(), alg: 'HS256' },
        world.goodClaims(),
        hmac('sha256', JSON.stringify(await exportJWK(world.keys.rsa.publicKey))),
      ),
    'HS256 with the modulus': async () =>
      assembleToken(
        { ...header(), alg: 'HS256' },
        world.goodClaims(),
        hmac(
          'sha256',
          Buffer.from((await exportJWK(world.keys.rsa.publicKey)).n ?? '', 'base64url'),
        ),
      ),
    'HS256 with an empty secret': () =>
      assembleToken({ ...header(), alg: 'HS256' }, world.goodClaims(), hmac('sha256', '')),
    HS384: async () =>
      assembleToken(
        { ...header(), alg: 'HS384' },
        world.goodClaims(),
        hmac('sha384', await exportSPKI(world.keys.rsa.publicKey)),
      ),
    HS512: async () =>
      assembleToken(
        { ...header(), alg: 'HS512' },
        world.goodClaims(),
        hmac('sha512', await exportSPKI(world.keys.rsa.publicKey)),
      ),
    'RS384 of the right key': () =>
      assembleToken({ ...header(), alg: 'RS384' }, world.goodClaims(), rs256('sha384')),
    'RS512 of the right key': () =>
      assembleToken({ ...header(), alg: 'RS512' }, world.goodClaims(), rs256('sha512')),
    'PS256 of the right key': () =>
      assembleToken({ ...header(), alg: 'PS256' }, world.goodClaims(), (input) =>
        signWith('sha256', Buffer.from(input), {
          key: KeyObject.from(world.keys.rsa.privateKey),
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: 32,
        }),
      ),
    'ES256 under the name of an RSA key': () =>
      world.sign({ header: { kid: 'rsa-1' } }, world.keys.ec),
    'RS256 under the name of an EC key': () => world.sign({ header: { kid: 'ec-1' } }),
    // The key.
    'a key of the same name that is not the issuer’s': () => world.sign({}, world.keys.stranger),
    'no kid': withHeader({ kid: undefined }),
    'an empty kid': withHeader({ kid: '' }),
    'kid as a number': assembled({ kid: 1 }),
    'kid as a list': assembled({ kid: ['rsa-1'] }),
    'an unknown kid': withHeader({ kid: 'rsa-2' }),
    'kid as a path': withHeader({ kid: '../../../../dev/null' }),
    'kid as a URL': withHeader({ kid: 'https://evil.example/key' }),
    'kid __proto__': withHeader({ kid: '__proto__' }),
    'a key of its own (jwk)': async () =>
      world.sign(
        { header: { jwk: await exportJWK(world.keys.stranger.publicKey) } },
        world.keys.stranger,
      ),
    'a key of its own and no kid': async () =>
      world.sign(
        { header: { jwk: await exportJWK(world.keys.stranger.publicKey), kid: undefined } },
        world.keys.stranger,
      ),
    'a key set of its own (jku)': () =>
      world.sign({ header: { jku: 'https://evil.example/jwks.json' } }, world.keys.stranger),
    'a certificate elsewhere (x5u)': () =>
      world.sign({ header: { x5u: 'https://evil.example/cert.pem' } }, world.keys.stranger),
    'a certificate of its own (x5c)': async () =>
      world.sign(
        {
          header: {
            x5c: [Buffer.from(await exportSPKI(world.keys.stranger.publicKey)).toString('base64')],
          },
        },
        world.keys.stranger,
      ),
    // What it is.
    'a logout token': withHeader({ typ: 'logout+jwt' }),
    'a DPoP proof': withHeader({ typ: 'dpop+jwt' }),
    'a logout token of an issuer that types it JWT': () =>
      world.sign({ header: { typ: 'JWT' }, claims: LOGOUT }),
    'a logout token of an issuer that types it at+jwt': () =>
      world.sign({ header: { typ: 'at+jwt' }, claims: LOGOUT }),
    'a logout token without a type': () =>
      world.sign({ header: { typ: undefined }, claims: LOGOUT }),
    'a security event that says nothing': withClaims({ events: {} }),
    'an empty typ': withHeader({ typ: '' }),
    'typ null': assembled({ typ: null }),
    'typ that only begins right': withHeader({ typ: 'JWT; evil' }),
    'typ as a number': assembled({ typ: 7 }),
    'a critical extension nobody knows': assembled({ crit: ['exp'], exp: 1 }),
    'an unencoded payload': assembled({ crit: ['b64'], b64: false }),
    'a token_use that is no use': withClaims({ token_use: 'refresh' }),
    // The issuer and the audience.
    'no iss': withClaims({ iss: undefined }),
    'another iss': withClaims({ iss: 'https://evil.example/' }),
    'iss without its last slash': withClaims({ iss: 'https://issuer.example' }),
    'iss that begins right': withClaims({ iss: 'https://issuer.example/evil' }),
    'iss as a list': withClaims({ iss: ['https://issuer.example/'] }),
    'no aud': withClaims({ aud: undefined }),
    'another aud': withClaims({ aud: 'shop' }),
    'aud that begins right': withClaims({ aud: 'chatter' }),
    'aud in other case': withClaims({ aud: 'CHAT' }),
    'an empty list of aud': withClaims({ aud: [] }),
    'aud as a number': withClaims({ aud: 7 }),
    'aud as an object': withClaims({ aud: { 0: 'chat', length: 1 } }),
    'aud as a list in a list': withClaims({ aud: [['chat']] }),
    'aud as a list of more than texts': withClaims({ aud: ['chat', 7] }),
    'aud null': withClaims({ aud: null }),
    // The times.
    'no exp': withClaims({ exp: undefined }),
    expired: () => world.sign({ claims: { exp: world.seconds() - 60 } }),
    'ended this very second': () => world.sign({ claims: { exp: world.seconds() } }),
    'exp as text': () => world.sign({ claims: { exp: String(world.seconds() + 60) } }),
    'exp in milliseconds long past': () => world.sign({ claims: { exp: -1 } }),
    'exp null': withClaims({ exp: null }),
    'no iat': withClaims({ iat: undefined }),
    'issued in the future': () => world.sign({ claims: { iat: world.seconds() + 60 } }),
    'issued more than a day ago': () => world.sign({ claims: { iat: world.seconds() - 90_000 } }),
    'iat as text': () => world.sign({ claims: { iat: String(world.seconds()) } }),
    'not good yet': () => world.sign({ claims: { nbf: world.seconds() + 60 } }),
    'nbf as text': () => world.sign({ claims: { nbf: '0' } }),
    // The subject.
    'no sub': withClaims({ sub: undefined }),
    'an empty sub': withClaims({ sub: '' }),
    'sub as a number': withClaims({ sub: 7 }),
    'sub as a list': withClaims({ sub: ['alice'] }),
    'sub as an object': withClaims({ sub: { id: 'alice' } }),
    'sub with a line end': withClaims({ sub: 'alice\nbob' }),
    'sub that ends in a line end': withClaims({ sub: 'alice\n' }),
    'sub with a space': withClaims({ sub: 'al ice' }),
    'sub beyond ASCII': withClaims({ sub: 'älice' }),
    'sub with a NUL': withClaims({ sub: 'alice\0' }),
    'sub of 256 characters': withClaims({ sub: 'a'.repeat(256) }),
    // The form.
    empty: () => '',
    'not a token': () => 'alice',
    dots: () => '..',
    'a payload for another user': async () => {
      const [head, , signature] = await parts();
      return `${head}.${encode(JSON.stringify({ ...world.goodClaims(), sub: 'bob' }))}.${signature}`;
    },
    'another header under the signature': async () => {
      const [, payload, signature] = await parts();
      return `${encode(JSON.stringify({ ...header(), extra: 1 }))}.${payload}.${signature}`;
    },
    'a signature with one bit changed': async () => {
      const [head, payload, signature] = await parts();
      const bytes = Buffer.from(signature, 'base64url');
      bytes.writeUInt8(bytes.readUInt8(9) ^ 1, 9);
      return `${head}.${payload}.${encode(bytes)}`;
    },
    'no signature': async () => (await parts()).slice(0, 2).join('.') + '.',
    'two parts': async () => (await parts()).slice(0, 2).join('.'),
    'four parts': async () => `${await world.sign()}.more`,
    'five parts, as an encrypted one has': async () => `${await world.sign()}.more.parts`,
    'cut off': async () => (await world.sign()).slice(0, -20),
    'cut off by one': async () => (await world.sign()).slice(0, -1),
    'with white space around': async () => ` ${await world.sign()}\n`,
    'with its scheme': async () => `Bearer ${await world.sign()}`,
    'a signature of zeros': () =>
      assembleToken({ alg: 'ES256', kid: 'ec-1' }, world.goodClaims(), () => new Uint8Array(64)),
    'a signature of the right key in another form (DER)': () =>
      assembleToken({ alg: 'ES256', kid: 'ec-1' }, world.goodClaims(), (input) =>
        signWith('sha256', Buffer.from(input), KeyObject.from(world.keys.ec.privateKey)),
      ),
    'a payload that is a list': () => assembleToken(header(), [world.goodClaims()], rs256()),
    'a payload that is null': () => assembleToken(header(), null, rs256()),
    'a payload that is no JSON': () => {
      const input = `${encode(JSON.stringify(header()))}.${encode('{"sub":')}`;
      return `${input}.${encode(rs256()(input))}`;
    },
    'a header that is no JSON': async () => {
      const [, payload, signature] = await parts();
      return `${encode('{')}.${payload}.${signature}`;
    },
    'the JSON form of a signature': async () => {
      const [head, payload, signature] = await parts();
      return JSON.stringify({ protected: head, payload, signature });
    },
    'good, but longer than 8 KB': withClaims({ groups: 'x'.repeat(9_000) }),
    'a megabyte of dots': () => '.'.repeat(1_000_000),
  };

  it.each(Object.entries(tokens))('is refused: %s', async (_name, make) => {
    // Warm, so that a key is at hand for whoever would use it wrongly.
    expect(await world.ask(await world.sign())).toMatchObject({ kind: 'allowed' });
    const token = await make();
    expect(await world.ask(token)).toMatchObject({ kind: 'unauthorized' });
    expect(
      await world.ask(undefined, SETTINGS, { Authorization: `Bearer ${token}` }),
    ).toMatchObject({
      kind: 'unauthorized',
    });
    expect(world.fetched).toEqual([JWKS_URL]);
    expect(globalThis.fetch).not.toHaveBeenCalled();
  });

  it('says in the log why, and never a part of itself', async () => {
    const answer = await world.ask(await world.sign({ claims: { iss: 'https://evil.example/' } }));
    expect(answer).toEqual({
      kind: 'unauthorized',
      reason: 'ERR_JWT_CLAIM_VALIDATION_FAILED_iss',
    });
  });
});
