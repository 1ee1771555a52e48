import type { Ending } from './limits.ts';
import { newId } from './connection-id.ts';
import type { HandshakeRequest } from './handshake-request.ts';

/** What stays the same for as long as a connection lives. */
export interface ConnectionFacts {
  readonly connectionId: string;
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** The host and port the client connected to. On AWS, a domain name. */
  readonly domainName: string;
  /** Milliseconds since the epoch. */
  readonly connectedAt: number;
  readonly identity: { readonly sourceIp: string; readonly userAgent?: string };
  /** `principalId` and the authorizer's context, as strings. Absent without an authorizer. */
  readonly authorizer?: Readonly<Record<string, string>>;
}

/** `requestContext`, with the fields that AWS documents for all three kinds of event. */
export interface RequestContext {
  readonly routeKey: string;
  readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
  readonly requestId: string;
  readonly connectionId: string;
  readonly [field: string]: unknown;
}

/** What a route's function is invoked with. */
export interface RouteEvent {
  readonly requestContext: RequestContext;
  readonly [field: string]: unknown;
}

/** The event of `$connect`, without the headers that belong to the hop. */
export function connectEvent(
  facts: ConnectionFacts,
  request: HandshakeRequest,
  requestContext: RequestContext,
): RouteEvent {
  const hop = /^(?:connection|upgrade)$/iu;
  const query = Object.keys(request.queryStringParameters).length > 0;
  return {
    headers: without(request.headers, hop),
    multiValueHeaders: without(request.multiValueHeaders, hop),
    ...(query
      ? {
          queryStringParameters: request.queryStringParameters,
          multiValueQueryStringParameters: request.multiValueQueryStringParameters,
        }
      : {}),
    ...stageVariablesOf(facts),
    requestContext,
    isBase64Encoded: false,
  };
}

/** The event of a frame's route. */
export function messageEvent(
  facts: ConnectionFacts,
  routeKey: string,
  body: string,
  now: number,
): RouteEvent {
  const requestContext = contextOf(facts, routeKey, 'MESSAGE', now, { messageId: newId() });
  return { requestContext, body, ...stageVariablesOf(facts), isBase64Encoded: false };
}

/** The event of `$disconnect`, with the four odd headers that AWS sends with it. */
export function disconnectEvent(facts: ConnectionFacts, ending: Ending, now: number): RouteEvent {
  const headers = {
    Host: facts.domainName,
    'x-api-key': '',
    'X-Forwarded-For': '',
    'x-restapi': '',
  };
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, [v]])),
    ...stageVariablesOf(facts),
    requestContext: contextOf(facts, '$disconnect', 'DISCONNECT', now, {
      disconnectStatusCode: ending.code,
      disconnectReason: ending.reason,
    }),
    isBase64Encoded: false,
  };
}

/** The `requestContext` of `$connect`, which its authorizer sees too. */
export function connectContext(facts: ConnectionFacts, now: number): RequestContext {
  return contextOf(facts, '$connect', 'CONNECT', now);
}

function contextOf(
  facts: ConnectionFacts,
  routeKey: string,
  eventType: RequestContext['eventType'],
  now: number,
  more: Readonly<Record<string, unknown>> = {},
): RequestContext {
  const requestId = newId();
  return {
    routeKey,
    ...(facts.authorizer === undefined ? {} : { authorizer: facts.authorizer }),
    eventType,
    extendedRequestId: requestId,
    requestTime: commonLogTime(now),
    messageDirection: 'IN',
    stage: facts.stage,
    connectedAt: facts.connectedAt,
    requestTimeEpoch: now,
    identity: facts.identity,
    requestId,
    domainName: facts.domainName,
    connectionId: facts.connectionId,
    apiId: facts.apiId,
    ...more,
  };
}

/** AWS leaves the key out for a stage without variables. */
function stageVariablesOf(
  facts: ConnectionFacts,
): Pick<Partial<ConnectionFacts>, 'stageVariables'> {
  return Object.keys(facts.stageVariables).length > 0
    ? { stageVariables: facts.stageVariables }
    : {};
}

/** `09/Feb/2024:18:11:43 +0000`, the form of Apache's common log. */
function commonLogTime(now: number): string {
  // Tue, 09 Feb 2024 18:11:43 GMT
  const [, day, month, year, time] = new Date(now).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

function without<T>(record: Readonly<Record<string, T>>, names: RegExp): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.test(name)));
}
