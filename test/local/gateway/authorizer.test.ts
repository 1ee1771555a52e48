import type { PermissionResource } from '../../../local/assembly/resources.ts';
import { SocketClient } from '../../support/socket-client.ts';
import type { LocalApi } from './local-api.ts';
import {
  allow,
  apiArn,
  authorizerArn,
  permission,
  refusedBy,
  startApi,
  stopApis,
} from './local-api.ts';

const ok = { statusCode: 200 };
const connectArn = `${apiArn}/dev/$connect`;
const $connect = (): object => ok;
const aNumber: unknown = expect.any(Number);
const aString: unknown = expect.any(String);

afterEach(stopApis);

/** A policy with one statement. */
function policy(
  Effect: unknown,
  Resource: unknown,
  Action: unknown = 'execute-api:Invoke',
): object {
  return { Version: '2012-10-17', Statement: [{ Effect, Action, Resource }] };
}

/** An API whose authorizer has one permission. */
function startWith(sourceArn: string, more: Partial<PermissionResource> = {}): Promise<LocalApi> {
  return startApi({
    handlers: { $connect },
    authorizer: ({ methodArn }) => allow(methodArn),
    permissions: [permission('$connect'), { ...permission('authorizer', sourceArn), ...more }],
  });
}

describe('the event of an authorizer', () => {
  it('has the documented shape', async () => {
    const api = await startApi({
      handlers: { $connect },
      authorizer: ({ methodArn }) => allow(methodArn),
      stageVariables: { table: 'x' },
    });

    await SocketClient.connect(`${api.url}?token=t`, { headers: { HeaderAuth1: 'v' } });
    const { name, event } = await api.calls.next();

    expect(name).toBe('authorizer');
    expect(event).toEqual({
      type: 'REQUEST',
      methodArn: connectArn,
      headers: event['headers'],
      multiValueHeaders: event['multiValueHeaders'],
      queryStringParameters: { token: 't' },
      multiValueQueryStringParameters: { token: ['t'] },
      stageVariables: { table: 'x' },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        extendedRequestId: aString,
        requestTime: aString,
        messageDirection: 'IN',
        stage: 'dev',
        connectedAt: aNumber,
        requestTimeEpoch: aNumber,
        identity: { sourceIp: '127.0.0.1' },
        requestId: aString,
        domainName: aString,
        connectionId: aString,
        apiId: 'a1b2c3d4e5',
      },
    });
    expect(event['headers']).toMatchObject({ HeaderAuth1: 'v', Upgrade: 'websocket' });
    expect(event['multiValueHeaders']).toMatchObject({ HeaderAuth1: ['v'] });
  });

  it('is about the same request and connection as that of $connect', async () => {
    const api = await startApi({
      handlers: { $connect },
      authorizer: ({ methodArn }) => allow(methodArn),
    });

    await api.connect();
    const asked = (await api.calls.next()).event.requestContext;
    const connected = (await api.calls.next()).event.requestContext;

    expect(connected).toEqual({ ...asked, authorizer: { principalId: 'alice' } });
  });
});

describe('identity sources', () => {
  it.each([
    ['a header', ['route.request.header.Authorization']],
    ['a query parameter', ['route.request.querystring.token']],
    ['one of two', ['route.request.header.Host', 'route.request.querystring.token']],
    ['a stage variable', ['stageVariables.key']],
  ])('missing %s is a 401 without a call of the authorizer', async (_, identitySources) => {
    const api = await startApi({
      handlers: { $connect },
      authorizer: ({ methodArn }) => allow(methodArn),
      identitySources,
    });

    const refused = await refusedBy(api, `${api.url}?token=`);

    expect(refused.status).toBe(401);
    expect(JSON.parse(refused.body)).toMatchObject({ message: 'Unauthorized' });
    expect(api.calls.waiting).toEqual([]);
  });

  it('that are all there lead to the authorizer, whatever the case of a header', async () => {
    const api = await startApi({
      handlers: { $connect },
      authorizer: ({ methodArn }) => allow(methodArn),
      identitySources: [
        'route.request.header.Authorization',
        'route.request.querystring.token',
        'stageVariables.key',
        'context.identity.sourceIp',
      ],
      stageVariables: { key: 'k' },
    });

    await SocketClient.connect(`${api.url}?token=t`, { headers: { authorization: 'Bearer x' } });

    expect((await api.calls.next()).name).toBe('authorizer');
  });
});

describe('what an authorizer answers', () => {
  it.each([
    ['an explicit deny', policy('Deny', connectArn)],
    ['an allow of another route', policy('Allow', `${apiArn}/dev/$disconnect`)],
    ['an allow of another stage', policy('Allow', `${apiArn}/prod/*`)],
    ['an allow of another action', policy('Allow', connectArn, 'execute-api:ManageConnections')],
    [
      'an allow and a deny',
      {
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: 'execute-api:*', Resource: connectArn },
        ],
      },
    ],
    [
      'an allow on a condition that does not hold',
      {
        Statement: {
          Effect: 'Allow',
          Action: '*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceIp': '192.0.2.1' } },
        },
      },
    ],
  ])('is a 403 with %s', async (_, policyDocument) => {
    const api = await startApi({
      handlers: { $connect },
      authorizer: () => ({ principalId: 'alice', policyDocument }),
    });

    const refused = await refusedBy(api);

    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.body)).toMatchObject({ message: 'Forbidden' });
    expect((await api.calls.next()).name).toBe('authorizer');
    expect(api.calls.waiting).toEqual([]);
  });

  it.each([
    ['its own ARN', policy('Allow', connectArn)],
    ['wildcards across slashes', policy('Allow', 'arn:aws:execute-api:*:*:a1b2c3d4e5/*')],
    ['lists, in any case', policy('Allow', ['a', connectArn], ['a:b', 'EXECUTE-API:invoke'])],
    [
      'all but something else',
      { Statement: { Effect: 'Allow', NotAction: 'a:b', NotResource: 'arn:c' } },
    ],
  ])('lets in with an allow of %s', async (_, policyDocument) => {
    const api = await startApi({
      handlers: { $connect },
      authorizer: () => ({ principalId: 'alice', policyDocument }),
    });

    const client = await api.connect();

    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it('reaches every later event: principalId, and the context as strings', async () => {
    const api = await startApi({
      handlers: { $connect, $default: () => ok, $disconnect: () => ok },
      authorizer: ({ methodArn }) => allow(methodArn, { userId: 'a', exp: 17, guest: false }),
    });
    const client = await api.connect();
    client.send('hello');
    await api.calls.next(({ name }) => name === '$default');
    client.send('again');
    const message = await api.calls.next(({ name }) => name === '$default');
    await client.close();
    const disconnected = await api.calls.next(({ name }) => name === '$disconnect');
    const connected = await api.calls.next(({ name }) => name === '$connect');

    const expected = { principalId: 'alice', userId: 'a', exp: '17', guest: 'false' };
    for (const { event } of [connected, message, disconnected]) {
      expect(event.requestContext['authorizer']).toEqual(expected);
    }
  });

  it.each([
    ['nothing', undefined],
    ['no principalId', { policyDocument: policy('Allow', '*') }],
    ['a principalId that is no string', { principalId: 7, policyDocument: policy('Allow', '*') }],
    ['no policy', { principalId: 'alice' }],
    ['an unknown effect', { principalId: 'alice', policyDocument: policy('Perhaps', '*') }],
    ['a statement without a resource', { principalId: 'a', policyDocument: policy('Allow', []) }],
    [
      'an action and what is not the action',
      {
        principalId: 'a',
        policyDocument: {
          Statement: { Effect: 'Allow', Action: '*', NotAction: 'a:b', Resource: '*' },
        },
      },
    ],
    ['a resource that is no string', { principalId: 'a', policyDocument: policy('Allow', [1]) }],
    ['an unknown version', { principalId: 'a', policyDocument: { Version: '1', Statement: [] } }],
    ['an object in the context', allow(connectArn, { user: { id: 1 } })],
    ['a list in the context', allow(connectArn, { roles: ['a'] })],
    ['null in the context', allow(connectArn, { role: null })],
    ['a context that is no map', allow(connectArn, ['a'])],
    ['more than 8 KB', allow(connectArn, { text: 'a'.repeat(8 * 1024) })],
  ])('is a 500 with %s', async (_, answer) => {
    const api = await startApi({ handlers: { $connect }, authorizer: () => answer });

    const refused = await refusedBy(api);

    expect(refused.status).toBe(500);
    expect(JSON.parse(refused.body)).toMatchObject({ message: 'Internal server error' });
  });
});

describe('an authorizer that fails', () => {
  it.each([
    [401, 'Unauthorized'],
    [500, 'unauthorized'],
    [500, 'Unauthorized: no token'],
    [500, 'Cannot read properties of undefined'],
  ])('is a %i when it throws "%s"', async (status, message) => {
    const api = await startApi({
      handlers: { $connect },
      authorizer: () => {
        throw new Error(message);
      },
    });

    expect((await refusedBy(api)).status).toBe(status);
  });

  it('is a 500 when it takes longer than 29 seconds', async () => {
    const api = await startApi({
      handlers: { $connect },
      authorizer: () => new Promise(() => {}),
    });

    const refused = refusedBy(api);
    await api.calls.next();
    api.clock.wind(29_000);

    expect((await refused).status).toBe(500);
  });
});

describe('the permission of an authorizer', () => {
  it('is one for its own ARN', async () => {
    const api = await startWith(authorizerArn);

    await api.connect();

    expect((await api.calls.next()).name).toBe('authorizer');
  });

  it.each([
    ['for another authorizer', `${apiArn}/authorizers/other`, {}],
    ['for a route', `${apiArn}/*/$connect`, {}],
    ['for another service', authorizerArn, { principal: 'sqs.amazonaws.com' }],
    ['for another action', authorizerArn, { action: 'lambda:GetFunction' }],
    ['for another function', authorizerArn, { functionArn: 'arn:aws:lambda:::function:x' }],
  ])('%s leads to a 500 without a call', async (_, sourceArn, more) => {
    const api = await startWith(sourceArn, more);

    expect((await refusedBy(api)).status).toBe(500);
    expect(api.calls.waiting).toEqual([]);
  });
});
