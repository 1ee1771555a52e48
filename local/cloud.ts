import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Resources, WebSocketApiResource } from './assembly/resources.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { startEndpoint } from './endpoint/endpoint.ts';
import type { Endpoint } from './endpoint/endpoint.ts';
import type { Faults } from './endpoint/faults.ts';
import type { GatewayFaults } from './gateway/faults.ts';
import type { GatewayLine } from './gateway/gateway-options.ts';
import { Gateway } from './gateway/gateway.ts';
import { FunctionHost } from './lambda/function-host.ts';
import type { FunctionLogLine } from './lambda/function-instance.ts';
import type { Invoke } from './lambda/invoke.ts';
import { listen } from './listen.ts';
import { localizer } from './localize.ts';
import { startPollers } from './sqs/pollers.ts';
import { UserError } from './user-error.ts';

export interface CloudOptions {
  /** What `readAssembly` read. */
  readonly resources: Resources;
  /** Where tables and queues survive a restart. In memory by default. */
  readonly dataDirectory?: string;
  /** A server that listens already, for the first WebSocket API. Any free port by default. */
  readonly server?: Server;
  /** The machine's clock by default. */
  readonly clock?: Clock;
  /** Of the AWS endpoint; none by default. */
  readonly faults?: Faults;
  /** Of the gateways; none by default. */
  readonly gatewayFaults?: GatewayFaults;
  /** Gets what a developer should read. Nothing is logged by default. */
  readonly log?: CloudLog;
}

export interface CloudLog {
  readonly line?: (line: string) => void;
  readonly functions?: (line: FunctionLogLine) => void;
  readonly gateway?: (line: GatewayLine) => void;
}

/** A synthesized stack, running on this machine. */
export interface Cloud {
  /** `ws://127.0.0.1:port` of each WebSocket API, by API id, the first one first. Path `/` is its only stage. */
  readonly urls: ReadonlyMap<string, string>;
  readonly endpoint: Endpoint;
  readonly resources: Resources;
  readonly invoke: Invoke;
  /** Takes over the functions' new code; if a handler can't be loaded, the old code goes on and the reasons are answered. */
  reload(resources: Resources): Promise<readonly string[]>;
  /** Closes every connection, ends every function instance, the queues and the database. */
  stop(): Promise<void>;
}

/**
 * Runs what stands in a template: tables and queues behind the one AWS endpoint, functions with the
 * environment and the role of the template, pollers, and a gateway for each WebSocket API.
 *
 * @throws {UserError} if the database can't start or a handler can't be loaded
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { resources, clock = systemClock, log = {} } = options;
  const gateways = new Map<string, Gateway>();
  const servers = await Promise.all(
    resources.webSocketApis.map(async (api, index) => {
      const given = index === 0 ? options.server : undefined;
      return { api, server: given ?? (await listeningServer()) };
    }),
  );
  const urls = new Map(servers.map(({ api, server }) => [api.apiId, urlOf(server)]));
  const endpoint = await startEndpoint({
    resources,
    clock,
    gateways: (apiId) => gateways.get(apiId),
    ...(options.dataDirectory !== undefined && { dataDirectory: options.dataDirectory }),
    ...(options.faults !== undefined && { faults: options.faults }),
    ...(log.line !== undefined && { log: log.line }),
  });
  const functions = new FunctionHost({
    region: resources.region,
    endpointUrl: endpoint.url,
    localize: localizer(resources, endpoint.url, urls),
    ...(log.functions !== undefined && { log: log.functions }),
  });
  const { invoke } = functions;
  const reload = async (next: Resources): Promise<readonly string[]> => {
    const failures = await functions.load(next.functions);
    return failures.map(({ functionName, errorMessage }) => `${functionName}: ${errorMessage}`);
  };
  const failures = await reload(resources);
  if (failures.length > 0) {
    await Promise.all([functions.close(), endpoint.stop()]);
    throw new UserError(
      `a handler cannot be loaded; mend it and start again (${failures.join('; ')})`,
    );
  }
  for (const { api, server } of servers) {
    const gateway = startGateway(options, api, invoke, clock);
    gateways.set(api.apiId, gateway);
    server.on('upgrade', (request, socket, head) => gateway.handleUpgrade(request, socket, head));
  }
  const pollers = startPollers({
    resources,
    queues: endpoint.queues,
    meter: endpoint.meter,
    invoke,
    clock,
    ...(log.line !== undefined && { log: log.line }),
  });
  return {
    urls,
    endpoint,
    resources,
    invoke,
    reload,
    stop: async () => {
      await Promise.all([...gateways.values()].map((gateway) => gateway.close()));
      await pollers.stop();
      await functions.close();
      await endpoint.stop();
      await Promise.all(servers.map(({ server }) => close(server)));
    },
  };
}

function startGateway(
  options: CloudOptions,
  api: WebSocketApiResource,
  invoke: Invoke,
  clock: Clock,
): Gateway {
  return new Gateway({
    api,
    resources: options.resources,
    invoke,
    clock,
    ...(options.gatewayFaults !== undefined && { faults: options.gatewayFaults }),
    ...(options.log?.gateway !== undefined && { log: options.log.gateway }),
  });
}

/** A plain HTTP request finds nothing here, as on AWS. */
const refuse: RequestListener = (_request, response) => {
  response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}');
};

async function listeningServer(): Promise<Server> {
  const server = createServer(refuse);
  await listen(server, 0);
  return server;
}

function urlOf(server: Server): string {
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => {
    server.close(resolve);
  });
  server.closeAllConnections();
  await closed;
}
