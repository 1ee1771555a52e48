import type { WebSocketRoute } from '../assembly/resources.ts';
import { newId } from './connection-id.ts';
import { messageEvent } from './events.ts';
import type { ConnectionFacts } from './events.ts';
import { routeArn } from './gateway-options.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { errorText } from './handshake-refusal.ts';
import { limits } from './limits.ts';
import { callRoute } from './route-call.ts';

/**
 * Puts a message through its route. Never rejects.
 *
 * @param route `undefined` when none matched and there is no `$default`.
 * @returns what goes back to the client: the handler's body if the route has a route response (whatever
 * the status code says, which means nothing here), one of the gateway's own error frames, or nothing.
 */
export async function answerFrame(
  options: GatewayOptions,
  facts: ConnectionFacts,
  route: WebSocketRoute | undefined,
  body: string,
): Promise<string | undefined> {
  const { connectionId } = facts;
  const routeKey = route?.routeKey ?? '-';
  if (route === undefined) {
    const why = 'no route matches the message, and there is no $default';
    options.log?.({ level: 'error', connectionId, routeKey, outcome: 'Forbidden', why });
    return errorText('Forbidden', { connectionId, requestId: newId() });
  }
  const event = messageEvent(facts, routeKey, body, options.clock.now());
  const { requestId } = event.requestContext;
  const sourceArn = routeArn(options, facts.stage, routeKey);
  const result = await callRoute(options, { functionArn: route.functionArn, sourceArn }, event);

  const fail = (outcome: string, why: string): string => {
    options.log?.({ level: 'error', connectionId, routeKey, outcome, why });
    return errorText(outcome, { connectionId, requestId });
  };
  if (result.kind === 'timed-out') return fail('Endpoint request timed out', result.why);
  if (result.kind !== 'answer') return fail('Internal server error', result.why);
  if (route.hasRouteResponse && Buffer.byteLength(result.body) > limits.messageBytes) {
    return fail('Internal server error', 'the answer is longer than 128 KB');
  }
  const outcome = `answered ${result.statusCode}`;
  options.log?.({ level: 'info', connectionId, routeKey, outcome });
  return route.hasRouteResponse && result.body !== '' ? result.body : undefined;
}
