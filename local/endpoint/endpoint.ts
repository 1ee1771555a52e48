import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { Resources } from '../assembly/resources.ts';
import type { Clock } from '../clock.ts';
import { startDatabase } from '../dynamodb/database.ts';
import { createBuckets } from '../s3/buckets.ts';
import type { Buckets } from '../s3/buckets.ts';
import { Queues } from '../sqs/queues.ts';
import { authorizer } from './authorize.ts';
import { AwsError } from './aws-error.ts';
import { callersOf, readCredential } from './caller.ts';
import { connectionsService } from './connections-service.ts';
import type { Connections } from './connections-service.ts';
import { dynamoDbService } from './dynamodb-service.ts';
import { createFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { abortedWith, json, listen, readRequest, write } from './http.ts';
import { createMeter } from './meter.ts';
import type { Meter } from './meter.ts';
import { s3Service } from './s3-service.ts';
import { sqsService } from './sqs-service.ts';
import type { AwsAnswer, AwsRequest, Service } from './service.ts';
import { withFaults } from './with-faults.ts';

export interface EndpointOptions {
  readonly resources: Resources;
  /** Where tables, queues and buckets survive a restart. In memory if absent. */
  readonly dataDirectory?: string;
  /** Any free port by default. */
  readonly port?: number;
  readonly clock: Clock;
  /** The running gateway of an API, for `@connections`. */
  readonly gateways: (apiId: string) => Connections | undefined;
  /** None set by default. */
  readonly faults?: Faults;
  /** For what a developer should read: a policy condition that cannot be judged, a leftover that was ended. */
  readonly log?: (line: string) => void;
}

export interface Endpoint {
  /** `http://127.0.0.1:port`, the `AWS_ENDPOINT_URL` of every function. */
  readonly url: string;
  readonly port: number;
  readonly faults: Faults;
  readonly meter: Meter;
  /** The queues themselves, for the poller. */
  readonly queues: Queues;
  /** The buckets themselves, for a test that looks into them. */
  readonly buckets: Buckets;
  /** Refuses new calls, answers waiting long polls, ends the database. */
  stop(): Promise<void>;
}

/**
 * The one AWS endpoint of the local cloud. It knows the caller by the key id of the signature, checks the call
 * against the role of the template, injects faults, meters, and has the service behind it carry the call out.
 *
 * Rejects with one sentence if the database cannot be started or the port is taken.
 */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const {
    resources,
    dataDirectory,
    clock,
    gateways,
    faults = createFaults(),
    log = () => {},
  } = options;
  if (dataDirectory !== undefined) await mkdir(dataDirectory, { recursive: true });
  const meter = createMeter();
  const kept = { resources, clock, ...(dataDirectory === undefined ? {} : { dataDirectory }) };
  const queues = new Queues(kept);
  const buckets = createBuckets({ ...kept, queues });
  const closeStores = (): void => {
    buckets.close();
    queues.close();
  };
  const database = await startDatabase({
    tables: resources.tables,
    clock,
    log,
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
  }).catch((error: unknown) => {
    closeStores();
    throw error;
  });
  const services: readonly Service[] = [
    connectionsService({ resources, gateways, meter }),
    dynamoDbService({ resources, send: database.send, meter }),
    sqsService({ resources, queues, meter }),
    s3Service({ resources, buckets, clock, meter }),
  ];
  const callers = callersOf(resources);
  const authorize = authorizer(resources, log);
  const carryOut = withFaults(faults, clock);

  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing);
  });
  // Clients keep their connections; a server that closes idle ones first makes them fail on the next call.
  server.keepAliveTimeout = 0;
  try {
    await listen(server, options.port ?? 0);
  } catch (error) {
    await database.stop();
    closeStores();
    throw error;
  }
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    faults,
    meter,
    queues,
    buckets,
    stop: async () => {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      closeStores();
      server.closeAllConnections();
      await closed;
      await database.stop();
    },
  };

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await readRequest(incoming, (head) => recognise(head)?.largestBodyBytes).catch(
      () => undefined,
    );
    if (request === undefined) {
      outgoing.destroy();
      return;
    }
    if (request.method === 'GET' && request.url === '/_meter') {
      write(outgoing, json(200, { ...meter.snapshot(), faults: faults.counts() }));
      return;
    }
    const answer = await handle(request, outgoing).catch((error: unknown) => {
      // A fault of the endpoint itself: say so where the developer looks, answer what a client can read.
      log(
        `local endpoint: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      return json(500, {
        __type: 'InternalFailure',
        message: 'Internal failure of the local cloud',
      });
    });
    if (answer === 'reset') outgoing.destroy();
    else write(outgoing, recognise(request)?.finish?.(request, answer) ?? answer);
  }

  /** By the form of the request alone. */
  function recognise(request: AwsRequest): Service | undefined {
    return services.find((candidate) => candidate.recognises(request));
  }

  async function handle(
    request: AwsRequest,
    outgoing: ServerResponse,
  ): Promise<AwsAnswer | 'reset'> {
    const credential = readCredential(request);
    const service =
      recognise(request) ?? services.find((candidate) => candidate.name === credential?.service);
    if (service === undefined) {
      return json(400, {
        __type: 'UnknownOperationException',
        message: `The local cloud does not run ${credential === undefined ? 'what this request asks for' : `the service "${credential.service}"`}.`,
      });
    }
    try {
      const unsignedAnswer = service.unsignedAnswer?.(request);
      if (unsignedAnswer !== undefined) return unsignedAnswer;
      if (credential === undefined) throw service.unsigned();
      const caller = callers.get(credential.accessKeyId);
      if (caller === undefined) throw service.unknownCaller();
      const operation = await service.read(request, caller);
      authorize(service, operation, caller);
      return await carryOut({ service, operation, caller, signal: abortedWith(outgoing) });
    } catch (error) {
      if (error instanceof AwsError) return service.refuse(error);
      throw error;
    }
  }
}
