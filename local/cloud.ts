import type { RequestListener } from 'node:http';
import { readAssembly } from './assembly/read-assembly.ts';
import type { Resources } from './assembly/resources.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { createCloudLog } from './cloud-log.ts';
import type { CloudLogLine } from './cloud-log.ts';
import { startEndpoint } from './endpoint/endpoint.ts';
import type { Endpoint } from './endpoint/endpoint.ts';
import type { Faults } from './endpoint/faults.ts';
import { FrontDoor } from './front-door.ts';
import type { GatewayFaults } from './gateway/faults.ts';
import { Gateway } from './gateway/gateway.ts';
import { FunctionHost } from './lambda/function-host.ts';
import type { LoadFailure } from './lambda/function-host.ts';
import type { Invoke } from './lambda/invoke.ts';
import { localAddresses } from './local-addresses.ts';
import { startPollers } from './sqs/pollers.ts';
import { UserError } from './user-error.ts';
import { webSocketListener } from './web-socket-listener.ts';

export type CloudOptions = {
  /** Where tables and queues survive a restart. Default: none, they are in memory. */
  readonly dataDirectory?: string;
  /** Of the WebSocket APIs, or a door that is open already (and stays so). Default: any free port. */
  readonly port?: number | FrontDoor;
  /** Of the local AWS endpoint. Default: any free port. */
  readonly endpointPort?: number;
  /** Of everything but the functions, which are processes of their own. Default: the machine's. */
  readonly clock?: Clock;
  /** Of the calls to the endpoint. Default: none. */
  readonly faults?: Faults;
  /** Of the gateways. Default: none. */
  readonly gatewayFaults?: GatewayFaults;
  /** Texts to replace in the values of environment variables: a placeholder → what it stands for. Default: none. */
  readonly replace?: Readonly<Record<string, string>>;
  /** Answers plain HTTP requests to the port. Default: 426, use a WebSocket. */
  readonly request?: RequestListener;
  /** Instances of one function at a time; further events wait. Default: 10. */
  readonly maximumInstances?: number;
  /** Gets every line as it is written. Default: none; `logs` has them all the same. */
  readonly log?: (line: CloudLogLine) => void;
} & (
  | { /** A cloud assembly: `cdk.out`. */ readonly assemblyDirectory: string }
  | { /** What was read of one. */ readonly resources: Resources }
);

/** What came of `reload`. */
export type Reload =
  | { readonly kind: 'reloaded' }
  /** The old code goes on. */
  | { readonly kind: 'failed'; readonly failures: readonly LoadFailure[] }
  /** More than functions has changed, so that it takes a new start. The old stack goes on. */
  | { readonly kind: 'restart' };

/** A synthesized app that runs on this machine. */
export interface Cloud {
  /** Of the first WebSocket API: `ws://127.0.0.1:port`. */
  readonly url: string;
  /** Of each WebSocket API with its first stage, by API id: `ws://127.0.0.1:port/_api/{apiId}/{stage}`. */
  readonly urls: ReadonlyMap<string, string>;
  /** `AWS_ENDPOINT_URL` of every function, and for a client of yours. */
  readonly endpointUrl: string;
  readonly endpoint: Endpoint;
  readonly resources: Resources;
  /** By API id. */
  readonly gateways: ReadonlyMap<string, Gateway>;
  /** Invokes a function by its name or ARN. */
  readonly invoke: Invoke;
  /** The last lines that were written, 10,000 at most. */
  logs(): readonly CloudLogLine[];
  /** Takes over the functions of an assembly that was made anew. */
  reload(resources: Resources): Promise<Reload>;
  /** Closes every connection, lets `$disconnect` run, and ends everything that was started. */
  stop(): Promise<void>;
}

/**
 * Starts everything that stands in a template, in the order in which it is needed: tables and queues behind the one
 * AWS endpoint, functions, pollers, WebSocket APIs. Rejects with a `UserError` if the assembly cannot be read, a port
 * is taken, or a handler cannot be loaded; nothing is left running then.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { clock = systemClock, port = 0 } = options;
  const resources =
    'resources' in options ? options.resources : await readAssembly(options.assemblyDirectory);
  const log = createCloudLog(resources, options.log);
  // Undone in reverse, whether the start fails or the cloud is stopped.
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const door = typeof port === 'number' ? await FrontDoor.open(port) : port;
    // Whoever opened the door closes it.
    if (door !== port) undo.push(() => door.close());
    const url = `ws://127.0.0.1:${door.port}`;

    const gateways = new Map<string, Gateway>();
    const endpoint = await startEndpoint({
      resources,
      clock,
      gateways: (apiId) => gateways.get(apiId),
      log: log.endpoint,
      port: options.endpointPort ?? 0,
      ...(options.dataDirectory !== undefined && { dataDirectory: options.dataDirectory }),
      ...(options.faults !== undefined && { faults: options.faults }),
    });
    undo.push(() => endpoint.stop());

    const { maximumInstances, replace: others } = options;
    const addresses = { endpointUrl: endpoint.url, webSocketUrl: url, ...(others && { others }) };
    const host = new FunctionHost({
      region: resources.region,
      endpointUrl: endpoint.url,
      localize: localAddresses(resources, addresses),
      log: log.function,
      ...(maximumInstances !== undefined && { maximumInstances }),
    });
    undo.push(() => host.close());
    const failures = await host.load(resources.functions);
    if (failures.length > 0) throw new UserError(describeFailures(failures));

    const { invoke } = host;
    for (const api of resources.webSocketApis) {
      const { gatewayFaults: faults } = options;
      const gateway = {
        api,
        resources,
        invoke,
        clock,
        log: log.gateway,
        ...(faults && { faults }),
      };
      gateways.set(api.apiId, new Gateway(gateway));
    }
    const { queues, meter } = endpoint;
    const pollers = startPollers({ resources, queues, meter, invoke, clock, log: log.poller });
    undo.push(() => pollers.stop());
    undo.push(async () => {
      door.answerBy(undefined);
      await Promise.all([...gateways.values()].map((gateway) => gateway.close()));
    });
    door.answerBy({
      request: options.request ?? askForWebSocket,
      upgrade: webSocketListener(gateways),
    });
    return {
      url,
      urls: urlsOf(resources, url),
      endpointUrl: endpoint.url,
      endpoint,
      resources,
      gateways,
      invoke,
      logs: log.lines,
      reload: async (next) => {
        if (essence(next) !== essence(resources)) return { kind: 'restart' };
        const failed = await host.load(next.functions);
        return failed.length > 0 ? { kind: 'failed', failures: failed } : { kind: 'reloaded' };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** In one sentence, what kept handlers from being loaded. */
export function describeFailures(failures: readonly LoadFailure[]): string {
  const [first, ...others] = failures;
  if (first === undefined) return 'every handler can be loaded';
  const { functionName, errorType, errorMessage } = first;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `the handler of ${functionName} cannot be loaded${more}; ${errorType}: ${errorMessage.split('\n', 1)[0]}`;
}

function urlsOf({ webSocketApis }: Resources, url: string): ReadonlyMap<string, string> {
  return new Map(
    webSocketApis.map(({ apiId, stages: [first] }) => [
      apiId,
      `${url}/_api/${apiId}/${first?.name ?? ''}`,
    ]),
  );
}

/** All but what `FunctionHost.load` takes over: code, environment, limits. */
function essence(resources: Resources): string {
  const functions = resources.functions.map(({ arn, roleArn }) => ({ arn, roleArn }));
  return JSON.stringify({ ...resources, functions });
}

const askForWebSocket: RequestListener = (_, response) => {
  response
    .writeHead(426, { 'Content-Type': 'text/plain', Upgrade: 'websocket' })
    .end('This is a WebSocket API; connect with a WebSocket client.\n');
};
