import { errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { name, picture, userId } from '../../protocol/fields.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Clock } from './ports.ts';

/** Only what is checked with a public key: with `HS256` that key would be the secret. */
const ALGORITHMS = ['RS256', 'ES256'];
/** RFC 9068 §4: `at+jwt`; most issuers write `JWT`, some nothing (docs/decisions/tokens-without-a-type.md). */
const TYPES = /^(?:application\/)?(?:at\+)?jwt$/i;
/** However long a token says that it lasts, it is good for a day. */
const LONGEST_AGE_SECONDS = 24 * 60 * 60;
/** How far the issuer's clock may be ahead of ours. */
const CLOCK_TOLERANCE_SECONDS = 5;

export interface TokenSettings {
  /** What `iss` must be. */
  readonly issuer: string;
  /** What `aud` must hold; what `client_id` must be where `tokenUse` is `access`. */
  readonly audience: string;
  readonly tokenUse?: 'access';
}

export interface TokenPorts {
  /** The issuer's public keys. The only thing that ever decides which key a token is checked with. */
  readonly keys: JWTVerifyGetKey;
  readonly clock: Clock;
}

export type CheckedToken =
  | {
      readonly good: true;
      readonly userId: string;
      readonly name?: string;
      readonly picture?: string;
      /** When it ends, in milliseconds. */
      readonly end: number;
    }
  /** Why not, for the log: a word of ours or a code of jose's, never a part of the token. */
  | { readonly good: false; readonly reason: string };

const claims = z.object({
  sub: userId,
  exp: z.number(),
  iat: z.number(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  client_id: z.string().optional(),
  token_use: z.enum(['access', 'id']).optional(),
  name: z.unknown().optional(),
  picture: z.unknown().optional(),
  // What a security event has (RFC 8417), and a logout token among them, which issuers type as they like.
  events: z.undefined().optional(),
});

/**
 * Checks a token: signature, algorithm, issuer, audience, type, times and subject.
 *
 * @throws what `ports.keys` throws when it cannot get the keys: that says nothing about the token
 */
export async function checkToken(
  ports: TokenPorts,
  settings: TokenSettings,
  token: string,
): Promise<CheckedToken> {
  if (token.length > LIMITS.tokenLength) {
    return bad('too_long');
  }
  const payload = await verified(ports, settings, token);
  if (typeof payload === 'string') {
    return bad(payload);
  }
  const parsed = claims.safeParse(payload);
  if (!parsed.success) {
    return bad(`claim_${String(parsed.error.issues[0]?.path[0] ?? 'shape')}`);
  }
  const { sub, exp, iat } = parsed.data;
  if (!isForUs(parsed.data, settings)) {
    return bad('audience');
  }
  const end = Math.min(exp, iat + LONGEST_AGE_SECONDS) * 1000;
  if (!(end > ports.clock.now())) {
    return bad('ended');
  }
  // Whatever else an issuer puts there is no name, and no reason to refuse anybody.
  const called = name.safeParse(parsed.data.name);
  const shown = picture.safeParse(parsed.data.picture);
  return {
    good: true,
    userId: sub,
    end,
    ...(called.success && { name: called.data }),
    ...(shown.success && { picture: shown.data }),
  };
}

async function verified(
  { keys, clock }: TokenPorts,
  { issuer, audience, tokenUse }: TokenSettings,
  token: string,
): Promise<JWTPayload | string> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, withKid(keys), {
      algorithms: ALGORITHMS,
      issuer,
      ...(tokenUse !== 'access' && { audience }),
      requiredClaims: ['exp', 'sub'],
      maxTokenAge: LONGEST_AGE_SECONDS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(clock.now()),
    });
    // What is meant for another purpose (`logout+jwt`, `dpop+jwt`) is no token of access.
    return protectedHeader.typ === undefined || TYPES.test(protectedHeader.typ) ? payload : 'type';
  } catch (error) {
    if (error instanceof errors.JOSEError && isAboutTheToken(error)) {
      return error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired
        ? `${error.code}_${error.claim}`
        : error.code;
    }
    throw error;
  }
}

/** A token must name its key: none is tried by chance. */
function withKid(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return (header, token) => {
    if (typeof header.kid !== 'string' || header.kid === '') {
      throw new errors.JWSInvalid('the token names no key');
    }
    return keys(header, token);
  };
}

/** The keys could not be had: the issuer's fault, or the network's. */
function isAboutTheToken(error: errors.JOSEError): boolean {
  return !(
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === errors.JOSEError.code
  );
}

/** Whether the token is meant for this chat. An `aud` that names others only is for those. */
function isForUs(
  { aud, client_id: clientId, token_use: use }: z.infer<typeof claims>,
  { audience, tokenUse }: TokenSettings,
): boolean {
  const named = aud === undefined ? [] : [aud].flat();
  return tokenUse === 'access'
    ? use === 'access' && clientId === audience && (named.length === 0 || named.includes(audience))
    : named.includes(audience);
}

function bad(reason: string): CheckedToken {
  return { good: false, reason };
}
