import { once } from 'node:events';
import { connect as tcp } from 'node:net';
import { text } from 'node:stream/consumers';
import { deferred } from '../../support/deferred.ts';
import { SocketClient } from '../../support/socket-client.ts';
import { apiArn, permission, refusedBy, startApi, stopApis } from './local-api.ts';

const ok = { statusCode: 200 };
// Jest's matchers are `any`; as `unknown` they can stand inside an object.
const anId: unknown = expect.stringMatching(/^[\w-]{15}=$/u);
const aNumber: unknown = expect.any(Number);
const aTime: unknown = expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/u);
const aTrace: unknown = expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/u);
afterEach(stopApis);

describe('the $connect event', () => {
  it('has every field that AWS documents for requestContext', async () => {
    const api = await startApi({ handlers: { $connect: () => ok } });
    const before = api.clock.now();

    await api.connect({ headers: { 'User-Agent': 'phone/1.0' } });
    const { event } = await api.calls.next();

    expect(event.requestContext).toEqual({
      routeKey: '$connect',
      eventType: 'CONNECT',
      extendedRequestId: anId,
      requestTime: aTime,
      messageDirection: 'IN',
      stage: 'dev',
      connectedAt: aNumber,
      requestTimeEpoch: aNumber,
      identity: { sourceIp: '127.0.0.1', userAgent: 'phone/1.0' },
      requestId: event.requestContext['extendedRequestId'],
      domainName: api.origin.replace('ws://', ''),
      connectionId: anId,
      apiId: 'a1b2c3d4e5',
    });
    expect(event.requestContext['connectedAt']).toBeGreaterThanOrEqual(before);
    expect(event['isBase64Encoded']).toBe(false);
  });

  it('has the headers and the query string, single and multiple, without those of the hop', async () => {
    const api = await startApi({ handlers: { $connect: () => ok } });
    const url = `${api.url}?token=a%20b&room=1&room=2`;

    await SocketClient.connect(url, { headers: { 'X-Device': ['one', 'two'] as never } });
    const { event } = await api.calls.next();

    expect(event['queryStringParameters']).toEqual({ token: 'a b', room: '2' });
    expect(event['multiValueQueryStringParameters']).toEqual({ token: ['a b'], room: ['1', '2'] });
    expect(event['headers']).toMatchObject({
      Host: api.origin.replace('ws://', ''),
      'X-Device': 'two',
      'Sec-WebSocket-Version': '13',
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Proto': 'http',
      'X-Amzn-Trace-Id': aTrace,
    });
    expect(event['multiValueHeaders']).toMatchObject({ 'X-Device': ['one', 'two'] });
    expect(event['headers']).not.toHaveProperty('Connection');
    expect(event['headers']).not.toHaveProperty('Upgrade');
  });

  it('has no query string keys when there is no query string', async () => {
    const api = await startApi({ handlers: { $connect: () => ok } });

    await api.connect();
    const { event } = await api.calls.next();

    expect(event).not.toHaveProperty('queryStringParameters');
    expect(event).not.toHaveProperty('multiValueQueryStringParameters');
  });

  it('has the variables of the stage', async () => {
    const api = await startApi({
      handlers: { $connect: () => ok },
      stageVariables: { table: 'x' },
    });

    await api.connect();

    expect((await api.calls.next()).event).toMatchObject({ stageVariables: { table: 'x' } });
  });
});

describe('what $connect answers', () => {
  it.each([401, 403, 429, 500, 503])(
    'refuses the handshake with its own %i',
    async (statusCode) => {
      const api = await startApi({ handlers: { $connect: () => ({ statusCode }) } });

      expect((await refusedBy(api)).status).toBe(statusCode);
    },
  );

  it('does not open the connection on a redirect either', async () => {
    const api = await startApi({ handlers: { $connect: () => ({ statusCode: 302 }) } });

    expect((await refusedBy(api)).status).toBe(302);
  });

  it('is a 502 when the handler throws', async () => {
    const api = await startApi({
      handlers: {
        $connect: () => {
          throw new Error('no table');
        },
      },
    });

    const refused = await refusedBy(api);

    expect(refused.status).toBe(502);
    expect(JSON.parse(refused.body)).toMatchObject({ message: 'Internal server error' });
    expect(refused.body).not.toContain('no table');
    expect(api.lines).toContainEqual(expect.objectContaining({ why: 'Unhandled: no table' }));
  });

  it.each([
    ['nothing', undefined],
    ['a string', 'ok'],
    ['a list', []],
    ['an answer without a status', { body: 'hello' }],
    ['a status that is no number', { statusCode: 'fine' }],
    ['a body that is no string', { statusCode: 200, body: { a: 1 } }],
    ['headers that are no object', { statusCode: 200, headers: 'no' }],
    ['a header that is an object', { statusCode: 200, headers: { a: {} } }],
    ['a key that is none of a proxy answer', { statusCode: 200, Data: 'hello' }],
  ])('is a 502 when the handler answers %s', async (_, answer) => {
    const api = await startApi({ handlers: { $connect: () => answer } });

    expect((await refusedBy(api)).status).toBe(502);
  });

  it('is a 504 when there is none within 29 seconds', async () => {
    const api = await startApi({ handlers: { $connect: () => new Promise(() => {}) } });

    const refused = refusedBy(api);
    await api.calls.next();
    api.clock.wind(29_000);

    expect((await refused).status).toBe(504);
  });

  it('lets everybody in when there is no $connect route', async () => {
    const api = await startApi({ handlers: {} });

    const client = await api.connect();

    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });
});

describe('the subprotocol', () => {
  it('is the one of the $connect answer', async () => {
    const headers = { 'sec-websocket-protocol': 'parley.v1' };
    const api = await startApi({ handlers: { $connect: () => ({ statusCode: 200, headers }) } });

    const client = await api.connect({ protocols: ['parley.v1', 'token.abc'] });

    expect(client.socket.protocol).toBe('parley.v1');
  });

  it('is not echoed when $connect does not answer it', async () => {
    const api = await startApi({ handlers: { $connect: () => ok } });

    await expect(api.connect({ protocols: ['parley.v1'] })).rejects.toThrow(
      'Server sent no subprotocol',
    );
  });

  it('is sent as answered even to a client that offered none', async () => {
    const headers = { 'Sec-WebSocket-Protocol': 'parley.v1' };
    const api = await startApi({ handlers: { $connect: () => ({ statusCode: 200, headers }) } });

    await expect(api.connect()).rejects.toThrow('Server sent a subprotocol but none was requested');
  });

  it('cannot smuggle in another header', async () => {
    const headers = { 'Sec-WebSocket-Protocol': 'a\r\nSet-Cookie: b' };
    const api = await startApi({ handlers: { $connect: () => ({ statusCode: 200, headers }) } });

    expect((await refusedBy(api)).status).toBe(502);
  });
});

describe('the stage', () => {
  it('is the first part of the path, with or without a slash behind it', async () => {
    const api = await startApi({ handlers: { $connect: () => ok }, stages: ['dev', 'prod'] });

    await SocketClient.connect(`${api.origin}/prod?a=b`);
    await SocketClient.connect(`${api.origin}/dev/`);

    expect((await api.calls.next()).event.requestContext['stage']).toBe('prod');
    expect((await api.calls.next()).event.requestContext['stage']).toBe('dev');
  });

  it('may be left out when there is only one', async () => {
    const one = await startApi({ handlers: { $connect: () => ok } });
    const two = await startApi({ handlers: { $connect: () => ok }, stages: ['dev', 'prod'] });

    await SocketClient.connect(`${one.origin}/`);

    expect((await one.calls.next()).event.requestContext['stage']).toBe('dev');
    expect((await refusedBy(two, `${two.origin}/`)).status).toBe(403);
  });

  it.each(['/test', '/dev/more', '//', '/%zz'])('is a 403 at %s', async (path) => {
    const api = await startApi({ handlers: { $connect: () => ok } });

    expect((await refusedBy(api, api.origin + path)).status).toBe(403);
    expect(api.calls.waiting).toEqual([]);
  });
});

describe('a permission', () => {
  it('that names the route lets API Gateway invoke its function', async () => {
    const api = await startApi({
      handlers: { $connect: () => ok },
      permissions: [permission('$connect', `${apiArn}/*/$connect`)],
    });

    await api.connect();

    expect((await api.calls.next()).name).toBe('$connect');
  });

  it('that names another route does not: 500, and the function is not called', async () => {
    const api = await startApi({
      handlers: { $connect: () => ok },
      permissions: [permission('$connect', `${apiArn}/dev/$disconnect`)],
    });

    const refused = await refusedBy(api);

    expect(refused.status).toBe(500);
    expect(JSON.parse(refused.body)).toMatchObject({ message: 'Internal server error' });
    expect(api.calls.waiting).toEqual([]);
    expect(api.lines.map(({ why }) => why)).toContainEqual(
      expect.stringContaining('no permission to invoke'),
    );
  });
});

describe('a handshake that is none', () => {
  it('is a 414 when its URL is longer than 4,096 characters', async () => {
    const api = await startApi({ handlers: { $connect: () => ok } });

    expect((await refusedBy(api, `${api.url}?${'a'.repeat(4096)}`)).status).toBe(414);
  });

  it('is a 400 when a header of the WebSocket protocol is missing', async () => {
    const api = await startApi({ handlers: { $connect: () => ok } });
    const { hostname, port } = new URL(api.url);
    const socket = tcp(Number(port), hostname);

    socket.write(
      'GET /dev HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );

    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/u);
    expect(api.calls.waiting).toEqual([]);
  });

  it('ends with a $disconnect when the client hangs up while $connect runs', async () => {
    const answer = deferred<unknown>();
    const api = await startApi({
      handlers: {
        $connect: () => answer.promise,
        $disconnect: () => ok,
      },
    });
    const { hostname, port } = new URL(api.url);
    const socket = tcp(Number(port), hostname);
    const key = Buffer.alloc(16).toString('base64');
    socket.write(
      `GET /dev HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    const { connectionId } = (await api.calls.next()).event.requestContext;
    socket.resetAndDestroy();
    await once(socket, 'close');
    answer.resolve(ok);

    const { name, event } = await api.calls.next();

    expect(name).toBe('$disconnect');
    expect(event.requestContext).toMatchObject({ connectionId, disconnectStatusCode: 1006 });
    expect(await api.gateway.get(connectionId)).toEqual({ kind: 'gone' });
  });
});
