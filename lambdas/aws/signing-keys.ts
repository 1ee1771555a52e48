import { createRemoteJWKSet, customFetch, errors } from 'jose';
import type { FetchImplementation, JWTVerifyGetKey } from 'jose';
import type { Clock } from '../core/ports.ts';

/** After a fetch, a token that names an unknown key causes no other for so long. A new key works after that at the latest. */
const COOLDOWN_MS = 30_000;
/** A key that the issuer has withdrawn is good for so long yet. */
const CACHE_MS = 10 * 60_000;
const FETCH_TIMEOUT_MS = 3_000;
/** While the issuer does not answer, it is asked no more often, however many connect. */
const QUIET_AFTER_FAILURE_MS = 1_000;

/**
 * The issuer's public keys, fetched when they are needed. Nothing of a token says where from: the URL is the
 * setting's, redirects are not followed.
 */
export function createSigningKeys(
  jwksUrl: string,
  clock: Clock,
  fetchKeys: FetchImplementation = fetch,
): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(jwksUrl), {
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: CACHE_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
    [customFetch]: quietly(clock, fetchKeys),
  });
}

function quietly(clock: Clock, fetchKeys: FetchImplementation): FetchImplementation {
  let quietUntil = 0;
  return async (url, options) => {
    if (clock.now() < quietUntil) {
      throw new errors.JWKSTimeout('the issuer did not answer just now');
    }
    try {
      const response = await fetchKeys(url, options);
      quietUntil = response.ok ? 0 : clock.now() + QUIET_AFTER_FAILURE_MS;
      return response;
    } catch (error) {
      quietUntil = clock.now() + QUIET_AFTER_FAILURE_MS;
      throw error;
    }
  };
}
