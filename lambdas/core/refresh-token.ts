import type { RefreshToken, TokenRefreshed } from '../../protocol/refresh-token.ts';
import type { Caller } from './caller.ts';
import type { IdentityPorts } from './ports.ts';
import { Refusal } from './refusal.ts';
import { extendSession } from './sessions.ts';

/**
 * PROTOCOL §refresh_token. The new end stands in the session: what the gateway says of the connection with every
 * frame stays what it was when it opened, and is looked past once that end has come (`served-caller.ts`).
 */
export async function refreshToken(
  ports: IdentityPorts,
  caller: Caller,
  request: RefreshToken,
): Promise<TokenRefreshed> {
  const checked = await ports.tokens.check(request.token);
  if (!checked.good || checked.userId !== caller.userId) {
    throw new Refusal(
      'unauthorized',
      'unable to take the token; it is not a good one of this user',
    );
  }
  const { expiresAt } = await extendSession(ports, caller, checked.end);
  return { type: 'token_refreshed', expiresAt };
}
