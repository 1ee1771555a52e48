import type { IncomingMessage } from 'node:http';
import type { WebSocketApiResource } from '../assembly/resources.ts';
import { authorize } from './authorizer.ts';
import { connectContext, connectEvent } from './events.ts';
import type { ConnectionFacts } from './events.ts';
import { headerOf } from './handshake-request.ts';
import type { HandshakeRequest } from './handshake-request.ts';
import { limits } from './limits.ts';
import { callRoute } from './route-call.ts';
import type { CallOptions, CallResult } from './route-call.ts';

/** Visible ASCII and spaces: nothing that could begin another header. */
const HEADER_VALUE = /^[\x20-\x7e]+$/u;

export type HandshakeResult =
  | {
      readonly kind: 'accepted';
      readonly facts: ConnectionFacts;
      readonly requestId: string;
      /** `Sec-WebSocket-Protocol` of the `$connect` answer. Without it none is echoed. */
      readonly protocol?: string;
    }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly requestId: string;
      readonly why: string;
    };

/** The HTTP status for a request that never gets as far as a route; `undefined` when it is in order. */
export function refusalOf(request: IncomingMessage): number | undefined {
  const { method, url = '/', headers } = request;
  if (url.length > limits.urlCharacters) return 414;
  const valid =
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    /^[+/0-9A-Za-z]{22}==$/u.test(headers['sec-websocket-key'] ?? '') &&
    headers['sec-websocket-version'] === '13';
  return valid ? undefined : 400;
}

/** Puts a handshake through the API: its authorizer first, then the integration of `$connect`. */
export async function shakeHands(
  options: CallOptions,
  api: WebSocketApiResource,
  connectArn: string,
  unauthorized: ConnectionFacts,
  request: HandshakeRequest,
): Promise<HandshakeResult> {
  const route = api.routes.find(({ routeKey }) => routeKey === '$connect');
  const now = options.clock.now();
  const context = connectContext(unauthorized, now);
  const { requestId } = context;

  let facts = unauthorized;
  if (route?.authorizer !== undefined) {
    const { authorizer } = route;
    const asked = await authorize(options, authorizer, connectArn, facts, request, context);
    if (asked.kind === 'refused') return { ...asked, requestId };
    facts = { ...facts, authorizer: asked.context };
  }
  if (route === undefined) return { kind: 'accepted', facts, requestId };

  const event = connectEvent(facts, request, {
    ...context,
    ...(facts.authorizer === undefined ? {} : { authorizer: facts.authorizer }),
  });
  const { functionArn } = route;
  const result = await callRoute(options, { functionArn, sourceArn: connectArn }, event);
  const refusal = refusalFor(result);
  if (refusal !== undefined) return { kind: 'refused', requestId, ...refusal };
  const protocol =
    result.kind === 'answer' ? headerOf(result.headers, 'Sec-WebSocket-Protocol') : undefined;
  if (protocol !== undefined && !HEADER_VALUE.test(protocol)) {
    const why = '$connect answered a Sec-WebSocket-Protocol that is no header value';
    return { kind: 'refused', status: 502, requestId, why };
  }
  return {
    kind: 'accepted',
    facts,
    requestId,
    ...(protocol === undefined ? {} : { protocol }),
  };
}

/** The HTTP status for a `$connect` that did not go well; `undefined` when it did. */
function refusalFor(
  result: CallResult,
): { readonly status: number; readonly why: string } | undefined {
  if (result.kind === 'answer') {
    const { statusCode: status } = result;
    return status < 300 ? undefined : { status, why: `$connect answered ${status}` };
  }
  const status = { failed: 502, 'not-permitted': 500, 'timed-out': 504 }[result.kind];
  return { status, why: result.why };
}
