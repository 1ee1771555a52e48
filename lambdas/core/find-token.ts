import { BEARER_SUBPROTOCOL_PREFIX } from '../../protocol/version.ts';
import type { ConnectRequest } from './authorize.ts';

/**
 * The token of a connecting client, in the first of the places where it can travel: the subprotocol
 * `bearer.{token}` (a browser has no other), `Authorization: Bearer {token}`, the query string's `token`.
 */
export function findToken({ headers, query }: ConnectRequest): string | undefined {
  return (
    offeredSubprotocols(headers)
      .find((name) => name.startsWith(BEARER_SUBPROTOCOL_PREFIX))
      ?.slice(BEARER_SUBPROTOCOL_PREFIX.length) ??
    /^bearer +(\S+) *$/i.exec(headerOf(headers, 'authorization') ?? '')?.[1] ??
    query['token']
  );
}

/** What a client offers in `Sec-WebSocket-Protocol`, in its order. */
export function offeredSubprotocols(headers: ConnectRequest['headers']): readonly string[] {
  return (headerOf(headers, 'sec-websocket-protocol') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** API Gateway leaves the names of headers as the client wrote them. */
export function headerOf(headers: ConnectRequest['headers'], name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
