import {
  ApiGatewayManagementApiServiceException,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import type { PostResult } from '../../../local/gateway/connections.ts';
import { gatewayOf, startTestEndpoint } from '../../support/local-endpoint.ts';
import type { TestEndpoint } from '../../support/local-endpoint.ts';
import { resourcesOf, webSocketApi } from '../../support/resources.ts';
import { Started } from '../../support/started.ts';

const RESULTS: Readonly<Record<string, PostResult>> = {
  'gone=': { kind: 'gone' },
  '%': { kind: 'bad-id' },
  'large=': { kind: 'too-large' },
  'slow=': { kind: 'limit' },
};
const connection = {
  connectedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  lastActiveAt: Date.UTC(2026, 0, 2, 3, 5, 0),
  identity: { sourceIp: '127.0.0.1', userAgent: 'jest' },
};

const started = new Started();
let local: TestEndpoint;
let client: ApiGatewayManagementApiClient;
const posted: (readonly [string, string])[] = [];
const deleted: string[] = [];

beforeAll(async () => {
  const gateway = gatewayOf({
    post: async (id, data) => {
      posted.push([id, data.toString()]);
      return RESULTS[id] ?? { kind: 'ok' };
    },
    get: async (id) => (id === 'gone=' ? { kind: 'gone' } : { kind: 'ok', connection }),
    delete: async (id) => {
      deleted.push(id);
      return { kind: id === 'gone=' ? 'gone' : 'ok' };
    },
  });
  const resources = resourcesOf({ webSocketApis: [webSocketApi()] });
  local = await started.add(startTestEndpoint(resources, gateway));
  client = local.asRoot.connections('api', 'prod');
});

afterAll(() => started.stop());

const post = (ConnectionId: string, Data = 'x') =>
  client.send(new PostToConnectionCommand({ ConnectionId, Data }));

describe('@connections with the real SDK client', () => {
  it('posts the bytes to the connection, whatever its id is made of', async () => {
    await post('a/b+c=', 'Grüße 👋');
    expect(posted.at(-1)).toEqual(['a/b+c=', 'Grüße 👋']);
  });

  it.each([
    ['gone=', 'GoneException', GoneException, 410],
    ['large=', 'PayloadTooLargeException', PayloadTooLargeException, 413],
    ['slow=', 'LimitExceededException', LimitExceededException, 429],
    // The SDK has no class of its own for this one.
    ['%', 'BadRequestException', ApiGatewayManagementApiServiceException, 400],
  ])('throws for %s: %s', async (id, name, type, httpStatusCode) => {
    const refused = post(id);
    await expect(refused).rejects.toBeInstanceOf(type);
    await expect(refused).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it('tells of a connection, with dates', async () => {
    const answer = await client.send(new GetConnectionCommand({ ConnectionId: 'abc=' }));
    expect(answer).toMatchObject({
      ConnectedAt: new Date(connection.connectedAt),
      LastActiveAt: new Date(connection.lastActiveAt),
      Identity: { SourceIp: '127.0.0.1', UserAgent: 'jest' },
    });
    await expect(
      client.send(new GetConnectionCommand({ ConnectionId: 'gone=' })),
    ).rejects.toBeInstanceOf(GoneException);
  });

  it('deletes a connection with 204', async () => {
    const { $metadata } = await client.send(new DeleteConnectionCommand({ ConnectionId: 'abc=' }));
    expect($metadata.httpStatusCode).toBe(204);
    expect(deleted).toEqual(['abc=']);
    await expect(
      client.send(new DeleteConnectionCommand({ ConnectionId: 'gone=' })),
    ).rejects.toBeInstanceOf(GoneException);
  });
});
