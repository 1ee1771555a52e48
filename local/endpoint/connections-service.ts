import { randomUUID } from 'node:crypto';
import type { Resources } from '../assembly/resources.ts';
import type {
  BadConnectionId,
  DeleteResult,
  GetResult,
  Gone,
  Limited,
  PostResult,
  TooLarge,
} from '../gateway/connections.ts';
import { AwsError } from './aws-error.ts';
import type { Meter } from './meter.ts';
import type { AwsAnswer, AwsRequest, Operation, Service } from './service.ts';

/** The part of a WebSocket API's gateway that `@connections` speaks to. */
export interface Connections {
  post(connectionId: string, data: Buffer): PostResult | Promise<PostResult>;
  get(connectionId: string): GetResult | Promise<GetResult>;
  delete(connectionId: string): DeleteResult | Promise<DeleteResult>;
}

/** On AWS the host names the API; here the path does. A client's endpoint is `{url}/_api/{apiId}/{stage}`. */
const PATH = /^\/_api\/([^/]+)\/([^/]+)\/(?:@|%40)connections\/([^/?]+)/i;

const OPERATIONS: Readonly<Record<string, string>> = {
  POST: 'PostToConnection',
  GET: 'GetConnection',
  DELETE: 'DeleteConnection',
};

/**
 * `@connections`, in the REST form that `@aws-sdk/client-apigatewaymanagementapi` reads: errors are named by the
 * header `x-amzn-ErrorType`. A role without the grant gets `AccessDeniedException`, an unknown API or stage
 * `ForbiddenException`; both are 403.
 */
export function connectionsService(options: {
  readonly resources: Pick<Resources, 'region' | 'account' | 'webSocketApis'>;
  readonly gateways: (apiId: string) => Connections | undefined;
  readonly meter: Meter;
}): Service {
  const { resources, gateways, meter } = options;
  return {
    name: 'execute-api',
    recognises: (request) => request.url.startsWith('/_api/'),
    read: (request) => {
      const [, apiId = '', stage = '', encodedId = ''] = PATH.exec(request.url) ?? [];
      const name = OPERATIONS[request.method];
      const connections = gateways(apiId);
      const api = resources.webSocketApis.find((candidate) => candidate.apiId === apiId);
      const hasStage = api?.stages.some((candidate) => candidate.name === stage) === true;
      if (name === undefined || connections === undefined || !hasStage) throw forbidden();
      const connectionId = decode(encodedId);
      return {
        name,
        rights: [
          {
            action: 'execute-api:ManageConnections',
            resource: `arn:aws:execute-api:${resources.region}:${resources.account}:${apiId}/${stage}/${request.method}/@connections/${connectionId}`,
            // AWS masks the account and does not fill in the connection, as captured in many public logs.
            shownResource: `arn:aws:execute-api:${resources.region}:${'*'.repeat(8)}${resources.account.slice(-4)}:${apiId}/${stage}/${request.method}/@connections/{connectionId}`,
          },
        ],
        run: () => carryOut(name, connections, connectionId, request),
      };
    },
    refuse: (error) => ({
      status: error.status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-errortype': error.code,
        'x-amzn-requestid': randomUUID(),
      },
      body: JSON.stringify({
        [error.code === 'AccessDeniedException' ? 'Message' : 'message']: error.message,
      }),
    }),
    denied: (sentence) => new AwsError('AccessDeniedException', sentence, 403),
    unknownCaller: () =>
      new AwsError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
        403,
      ),
    unsigned: () =>
      new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403),
    throttled: () => limitExceeded(),
    failed: () => new AwsError('InternalServerError', 'Internal server error', 500),
  };

  async function carryOut(
    name: string,
    connections: Connections,
    connectionId: string,
    request: AwsRequest,
  ): Promise<AwsAnswer> {
    meter.call('execute-api', name);
    if (name === 'PostToConnection') {
      const result = await connections.post(connectionId, request.body);
      if (result.kind !== 'ok') throw errorOf(result);
      meter.post(request.body.length);
      return answer(200);
    }
    if (name === 'DeleteConnection') {
      const result = await connections.delete(connectionId);
      if (result.kind !== 'ok') throw errorOf(result);
      return answer(204);
    }
    const result = await connections.get(connectionId);
    if (result.kind !== 'ok') throw errorOf(result);
    const { connectedAt, lastActiveAt, identity } = result.connection;
    return answer(
      200,
      JSON.stringify({
        connectedAt: new Date(connectedAt).toISOString(),
        lastActiveAt: new Date(lastActiveAt).toISOString(),
        identity,
      }),
    );
  }
}

/** What the endpoint answers in place of the service for the fault `lost`: taken, and never delivered. */
export function emptySuccess(operation: Operation): AwsAnswer {
  return answer(operation.name === 'DeleteConnection' ? 204 : 200);
}

function errorOf(result: Gone | BadConnectionId | TooLarge | Limited): AwsError {
  switch (result.kind) {
    case 'gone':
      return new AwsError('GoneException', 'Gone', 410);
    case 'bad-id':
      return new AwsError('BadRequestException', 'Invalid connectionId', 400);
    case 'too-large':
      return new AwsError('PayloadTooLargeException', 'Message too long', 413);
    case 'limit':
      return limitExceeded();
  }
}

function limitExceeded(): AwsError {
  return new AwsError('LimitExceededException', 'Too Many Requests', 429);
}

function forbidden(): AwsError {
  return new AwsError('ForbiddenException', 'Forbidden', 403);
}

function answer(status: number, body = ''): AwsAnswer {
  return {
    status,
    headers: {
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
      'x-amzn-requestid': randomUUID(),
    },
    body,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone `%`: no connection id looks like that, and the gateway says so.
    return text;
  }
}
