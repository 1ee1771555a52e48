import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Resources } from '../../local/assembly/resources.ts';
import { WindableClock } from '../../local/clock.ts';
import { ROOT_CREDENTIALS } from '../../local/endpoint/caller.ts';
import type { Connections } from '../../local/endpoint/connections-service.ts';
import { startEndpoint } from '../../local/endpoint/endpoint.ts';
import type { Endpoint, EndpointOptions } from '../../local/endpoint/endpoint.ts';
import { credentialsOf } from '../../local/lambda/credentials.ts';
import { FUNCTION_ARN, REGION } from './resources.ts';

export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  connections(apiId: string, stage: string): ApiGatewayManagementApiClient;
}

export interface TestEndpoint {
  readonly endpoint: Endpoint;
  readonly clock: WindableClock;
  readonly log: readonly string[];
  /** With the rights of the one function's role. */
  readonly asFunction: Clients;
  /** With every right. */
  readonly asRoot: Clients;
  stop(): Promise<void>;
}

/** A local endpoint on a clock that can be wound, with real SDK clients that make one attempt. */
export async function startTestEndpoint(
  resources: Resources,
  options: Partial<EndpointOptions> = {},
): Promise<TestEndpoint> {
  const clock = new WindableClock();
  const log: string[] = [];
  const endpoint = await startEndpoint({
    resources,
    clock,
    gateways: () => undefined,
    log: (line) => log.push(line),
    ...options,
  });
  const asFunction = clientsOf(endpoint.url, credentialsOf(FUNCTION_ARN));
  const asRoot = clientsOf(endpoint.url, ROOT_CREDENTIALS);
  return {
    endpoint,
    clock,
    log,
    asFunction,
    asRoot,
    stop: async () => {
      for (const { dynamodb, sqs, s3 } of [asFunction, asRoot]) {
        dynamodb.destroy();
        sqs.destroy();
        s3.destroy();
      }
      await endpoint.stop();
    },
  };
}

/** `@connections` of the API `api`: they take every frame and know no connection, but for what is given. */
export function gatewayOf(given: Partial<Connections> = {}): Pick<EndpointOptions, 'gateways'> {
  const gateway: Connections = {
    post: () => ({ kind: 'ok' }),
    get: () => ({ kind: 'gone' }),
    delete: () => ({ kind: 'ok' }),
    ...given,
  };
  return { gateways: (apiId) => (apiId === 'api' ? gateway : undefined) };
}

export function clientsOf(
  url: string,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
  maxAttempts = 1,
): Clients {
  const config = { region: REGION, credentials, maxAttempts };
  return {
    dynamodb: new DynamoDBClient({ ...config, endpoint: url }),
    sqs: new SQSClient({ ...config, endpoint: url }),
    s3: new S3Client({ ...config, endpoint: url }),
    connections: (apiId, stage) =>
      new ApiGatewayManagementApiClient({ ...config, endpoint: `${url}/_api/${apiId}/${stage}` }),
  };
}
