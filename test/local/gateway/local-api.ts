import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PermissionResource, WebSocketRoute } from '../../../local/assembly/resources.ts';
import { WindableClock } from '../../../local/clock.ts';
import type { RouteEvent } from '../../../local/gateway/events.ts';
import type { GatewayFaults } from '../../../local/gateway/faults.ts';
import type { GatewayLine } from '../../../local/gateway/gateway-options.ts';
import { Gateway } from '../../../local/gateway/gateway.ts';
import type { Invoke } from '../../../local/lambda/invoke.ts';
import { HandshakeRefused, SocketClient } from '../../support/socket-client.ts';
import { WaitingQueue } from '../../support/waiting-queue.ts';

/** A function of the API under test, run in process. What it throws is what Lambda would report. */
export type Handler = (event: RouteEvent) => unknown;

export interface LocalApiOptions {
  /** By route key. Each route gets a function of its own. `authorizer` adds one to `$connect`. */
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly authorizer?: (event: Readonly<Record<string, unknown>>) => unknown;
  readonly identitySources?: readonly string[];
  /** Route keys that have a route response. */
  readonly twoWay?: readonly string[];
  readonly routeSelectionExpression?: string;
  readonly stages?: readonly string[];
  readonly stageVariables?: Readonly<Record<string, string>>;
  /** Everything is permitted by default. */
  readonly permissions?: readonly PermissionResource[];
  readonly faults?: GatewayFaults;
  readonly random?: () => number;
  readonly bufferBytes?: number;
}

/** A running API: a gateway behind a real HTTP server, on a clock that can be wound. */
export interface LocalApi {
  readonly gateway: Gateway;
  readonly clock: WindableClock;
  /** `ws://127.0.0.1:{port}`, without a stage. */
  readonly origin: string;
  readonly url: string;
  /** Every invocation, as it begins. */
  readonly calls: WaitingQueue<Call>;
  readonly lines: readonly GatewayLine[];
  connect(options?: Parameters<typeof SocketClient.connect>[1]): Promise<SocketClient>;
  stop(): Promise<void>;
}

const running = new Set<LocalApi>();

export interface Call {
  /** The function: a route key, or `authorizer`. */
  readonly name: string;
  readonly event: RouteEvent;
}

export const apiArn = 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5';
export const authorizerArn = `${apiArn}/authorizers/auth01`;

export function functionArn(name: string): string {
  return `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
}

export function permission(name: string, sourceArn?: string): PermissionResource {
  return {
    functionArn: functionArn(name),
    action: 'lambda:InvokeFunction',
    principal: 'apigateway.amazonaws.com',
    ...(sourceArn === undefined ? {} : { sourceArn }),
  };
}

/** What an authorizer returns to let a caller in. */
export function allow(methodArn: unknown, context?: unknown): object {
  const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: methodArn }];
  return {
    principalId: 'alice',
    policyDocument: { Version: '2012-10-17', Statement },
    ...(context === undefined ? {} : { context }),
  };
}

export async function startApi(options: LocalApiOptions): Promise<LocalApi> {
  const { stages = ['dev'], stageVariables = {} } = options;
  const handlers = new Map(Object.entries(options.handlers).map(([k, v]) => [functionArn(k), v]));
  if (options.authorizer !== undefined) handlers.set(functionArn('authorizer'), options.authorizer);
  const names = [...Object.keys(options.handlers), 'authorizer'];

  const calls = new WaitingQueue<Call>();
  const lines: GatewayLine[] = [];
  const clock = new WindableClock();
  const gateway = new Gateway({
    api: {
      logicalId: 'Api',
      apiId: 'a1b2c3d4e5',
      routeSelectionExpression: options.routeSelectionExpression ?? '$request.body.type',
      stages: stages.map((name) => ({ name, variables: stageVariables })),
      routes: Object.keys(options.handlers).map((routeKey) => routeOf(routeKey, options)),
    },
    resources: {
      region: 'eu-west-1',
      account: '123456789012',
      permissions: options.permissions ?? names.map((name) => permission(name)),
      roles: [],
    },
    invoke: inProcess(handlers, calls),
    clock,
    log: (line) => lines.push(line),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(options.random === undefined ? {} : { random: options.random }),
    ...(options.bufferBytes === undefined ? {} : { bufferBytes: options.bufferBytes }),
  });

  const server = createServer();
  server.on('upgrade', (request, socket, head) => gateway.handleUpgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `ws://127.0.0.1:${port}`;
  const url = `${origin}/${stages[0] ?? ''}`;
  const api: LocalApi = {
    gateway,
    clock,
    origin,
    url,
    calls,
    lines,
    connect: (clientOptions) => SocketClient.connect(url, clientOptions),
    stop: async () => {
      await gateway.close();
      server.close();
      await once(server, 'close');
    },
  };
  running.add(api);
  return api;
}

/** Stops what the test started, for `afterEach`. */
export async function stopApis(): Promise<void> {
  const apis = [...running];
  running.clear();
  await Promise.all(apis.map((api) => api.stop()));
}

/** How a handshake was refused; the test fails if it was not. */
export async function refusedBy(api: LocalApi, url = api.url): Promise<HandshakeRefused> {
  try {
    await SocketClient.connect(url);
  } catch (error) {
    if (error instanceof HandshakeRefused) return error;
    throw error;
  }
  throw new Error('the handshake was accepted');
}

function routeOf(routeKey: string, options: LocalApiOptions): WebSocketRoute {
  const authorized = routeKey === '$connect' && options.authorizer !== undefined;
  return {
    routeKey,
    functionArn: functionArn(routeKey),
    hasRouteResponse: options.twoWay?.includes(routeKey) ?? false,
    ...(authorized
      ? {
          authorizer: {
            functionArn: functionArn('authorizer'),
            identitySources: options.identitySources ?? [],
            arn: authorizerArn,
            logicalId: 'Authorizer',
          },
        }
      : {}),
  };
}

/** Events and answers pass through JSON, as they do on their way to a function and back. */
function inProcess(handlers: ReadonlyMap<string, unknown>, calls: WaitingQueue<Call>): Invoke {
  return async (arn, sent) => {
    const event = JSON.parse(JSON.stringify(sent)) as RouteEvent;
    const name = arn.split(':').at(-1) ?? '';
    const handler = handlers.get(arn) as Handler | undefined;
    if (handler === undefined) throw new Error(`no function ${arn}`);
    calls.push({ name, event });
    try {
      const payload = await handler(event);
      return { ok: true, payload: JSON.parse(JSON.stringify(payload ?? null)) as unknown };
    } catch (error) {
      const { message } = error as Error;
      return { ok: false, errorType: 'Unhandled', errorMessage: message };
    }
  };
}
