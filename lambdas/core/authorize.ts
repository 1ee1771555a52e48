import { checkToken } from './check-token.ts';
import type { TokenPorts, TokenSettings } from './check-token.ts';
import { findToken, headerOf } from './find-token.ts';

/** What of the handshake decides. */
export interface ConnectRequest {
  /** Names as the client wrote them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
}

export interface AuthorizeSettings extends TokenSettings {
  /** Exact origins, e.g. `https://chat.example.com`. A browser of any other is refused. */
  readonly allowedOrigins: readonly string[];
}

/** What comes with every later frame of the connection; API Gateway makes strings of all values. */
export interface CallerContext {
  readonly userId: string;
  readonly name?: string;
  readonly picture?: string;
  /** Milliseconds. */
  readonly tokenEnd: number;
  readonly batch: boolean;
}

export type Authorization =
  | { readonly kind: 'allowed'; readonly context: CallerContext }
  /** No token, or not a good one: 401. */
  | { readonly kind: 'unauthorized'; readonly reason: string }
  /** A page that may not connect, whoever is in front of it: 403. */
  | { readonly kind: 'forbidden'; readonly reason: string };

/**
 * Who may connect, and as whom. The reason of a refusal is for the log alone.
 *
 * @throws when the issuer's keys could not be had: nobody can say whether the token is good
 */
export async function authorize(
  ports: TokenPorts,
  settings: AuthorizeSettings,
  request: ConnectRequest,
): Promise<Authorization> {
  // Browsers send it with every handshake, and pages cannot choose it; whatever sends none is no browser.
  const origin = headerOf(request.headers, 'origin');
  if (origin !== undefined && !settings.allowedOrigins.includes(origin)) {
    return { kind: 'forbidden', reason: 'origin' };
  }
  const token = findToken(request);
  if (token === undefined) {
    return { kind: 'unauthorized', reason: 'no_token' };
  }
  const checked = await checkToken(ports, settings, token);
  if (!checked.good) {
    return { kind: 'unauthorized', reason: checked.reason };
  }
  const { userId, name, picture, end } = checked;
  return {
    kind: 'allowed',
    context: {
      userId,
      ...(name !== undefined && { name }),
      ...(picture !== undefined && { picture }),
      tokenEnd: end,
      batch: request.query['batch'] === '1',
    },
  };
}
