import { deferred } from '../../support/deferred.ts';
import { WaitingQueue } from '../../support/waiting-queue.ts';
import { apiArn, permission, startApi, stopApis } from './local-api.ts';

const ok = { statusCode: 200 };
const anId: unknown = expect.stringMatching(/^[\w-]{15}=$/u);
const aNumber: unknown = expect.any(Number);
const aString: unknown = expect.any(String);

afterEach(stopApis);

describe('the MESSAGE event', () => {
  it('has the body and every field that AWS documents, and nothing of the handshake', async () => {
    const api = await startApi({ handlers: { $connect: () => ok, say: () => ok } });
    const client = await api.connect({ headers: { 'User-Agent': 'phone/1.0' } });
    const connect = (await api.calls.next()).event.requestContext;

    client.send('{"type":"say", "text":"ü"}');
    const { event } = await api.calls.next();

    expect(event).toEqual({
      requestContext: {
        routeKey: 'say',
        messageId: anId,
        eventType: 'MESSAGE',
        extendedRequestId: anId,
        requestTime: aString,
        messageDirection: 'IN',
        stage: 'dev',
        connectedAt: connect['connectedAt'],
        requestTimeEpoch: aNumber,
        identity: { sourceIp: '127.0.0.1', userAgent: 'phone/1.0' },
        requestId: event.requestContext['extendedRequestId'],
        domainName: connect['domainName'],
        connectionId: connect.connectionId,
        apiId: 'a1b2c3d4e5',
      },
      body: '{"type":"say", "text":"ü"}',
      isBase64Encoded: false,
    });
    expect(event.requestContext.requestId).not.toBe(connect.requestId);
  });

  it('is one for each message, run side by side, answered in the order of their ends', async () => {
    const first = deferred<unknown>();
    const second = deferred<unknown>();
    const answers = [first.promise, second.promise];
    const api = await startApi({
      handlers: { $default: () => answers.shift() },
      twoWay: ['$default'],
    });
    const client = await api.connect();

    client.send('one');
    client.send('two');
    await api.calls.next(({ event }) => event['body'] === 'one');
    await api.calls.next(({ event }) => event['body'] === 'two');
    second.resolve({ statusCode: 200, body: 'second' });
    expect(await client.next()).toEqual({ text: 'second' });
    first.resolve({ statusCode: 200, body: 'first' });

    expect(await client.next()).toEqual({ text: 'first' });
  });

  it('joins a message that came in several frames', async () => {
    const api = await startApi({ handlers: { $default: () => ok } });
    const client = await api.connect();

    client.socket.send('he', { fin: false });
    client.socket.send('llo', { fin: true });

    expect((await api.calls.next()).event['body']).toBe('hello');
  });
});

describe('a route response', () => {
  it('sends the body back, and whatever the status code is, it means nothing', async () => {
    const statuses = [200, 400, 500];
    const api = await startApi({
      handlers: { say: () => ({ statusCode: statuses.shift(), body: '{"type":"ack"}' }) },
      twoWay: ['say'],
    });
    const client = await api.connect();

    for (let turn = 0; turn < 3; turn += 1) {
      client.send({ type: 'say' });
      expect(await client.next()).toEqual({ type: 'ack' });
    }
  });

  it('sends nothing when there is no body', async () => {
    const answers: object[] = [ok, { statusCode: 200, body: '' }, { statusCode: 200, body: 'end' }];
    const api = await startApi({
      handlers: { $default: () => answers.shift() },
      twoWay: ['$default'],
    });
    const client = await api.connect();

    for (let turn = 0; turn < 3; turn += 1) {
      client.send('x');
      await api.calls.next();
    }

    expect(await client.next()).toEqual({ text: 'end' });
    expect(client.waiting).toEqual([]);
  });

  it('that is missing sends nothing of what the handler answers', async () => {
    const api = await startApi({
      handlers: {
        quiet: () => ({ statusCode: 500, body: 'secret' }),
        loud: () => ({ statusCode: 200, body: 'end' }),
      },
      twoWay: ['loud'],
    });
    const client = await api.connect();
    client.send({ type: 'quiet' });
    await api.calls.next();

    client.send({ type: 'loud' });

    expect(await client.next()).toEqual({ text: 'end' });
    expect(client.waiting).toEqual([]);
  });

  it('longer than 128 KB becomes an error frame', async () => {
    const sizes = [128 * 1024, 128 * 1024 + 1];
    const api = await startApi({
      handlers: { $default: () => ({ statusCode: 200, body: 'a'.repeat(sizes.shift() ?? 0) }) },
      twoWay: ['$default'],
    });
    const client = await api.connect();

    client.send('x');
    expect(await client.next()).toEqual({ text: 'a'.repeat(128 * 1024) });
    client.send('x');

    expect(await client.next()).toMatchObject({ message: 'Internal server error' });
  });
});

describe("the gateway's own frames", () => {
  it.each([
    ['no route matches', '{"type":"sing"}'],
    ['the message is no JSON', 'hello'],
    ['the message does not say', '{"kind":"say"}'],
    ['a frame asks for $connect', '{"type":"$connect"}'],
    ['a frame asks for $disconnect', '{"type":"$disconnect"}'],
  ])('say Forbidden when %s and there is no $default', async (_, sent) => {
    const api = await startApi({
      handlers: { $connect: () => ok, $disconnect: () => ok, say: () => ok },
    });
    const client = await api.connect();
    const { connectionId } = (await api.calls.next()).event.requestContext;

    client.send(sent);

    expect(await client.next()).toEqual({ message: 'Forbidden', connectionId, requestId: anId });
    expect(api.calls.waiting).toEqual([]);
  });

  it('are written just as AWS writes them', async () => {
    const api = await startApi({ handlers: {} });
    const client = await api.connect();
    const texts = new WaitingQueue<string>();
    client.socket.on('message', (data: Buffer) => texts.push(data.toString()));

    client.send('hello');

    expect(await texts.next()).toMatch(
      /^\{"message": "Forbidden", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/u,
    );
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no table'))],
    ['answers nothing', () => undefined],
    ['answers a key that is none of a proxy answer', () => ({ statusCode: 200, Data: 'x' })],
    ['answers a body that is no string', () => ({ statusCode: 200, body: {} })],
  ])('say Internal server error when the handler %s, two-way or not', async (_, handler) => {
    const api = await startApi({ handlers: { one: handler, two: handler }, twoWay: ['two'] });
    const client = await api.connect();

    for (const type of ['one', 'two']) {
      client.send({ type });
      const { connectionId, requestId } = (await api.calls.next()).event.requestContext;
      expect(await client.next()).toEqual({
        message: 'Internal server error',
        connectionId,
        requestId,
      });
    }
  });

  it('say Internal server error when API Gateway may not invoke the function', async () => {
    const api = await startApi({
      handlers: { say: () => ok },
      permissions: [permission('say', `${apiArn}/dev/sing`)],
    });
    const client = await api.connect();

    client.send({ type: 'say' });

    expect(await client.next()).toMatchObject({ message: 'Internal server error' });
    expect(api.calls.waiting).toEqual([]);
  });

  it('say Endpoint request timed out after 29 seconds, and a later answer is dropped', async () => {
    const late = deferred<unknown>();
    const answers = [late.promise, { statusCode: 200, body: 'end' }];
    const api = await startApi({
      handlers: { $default: () => answers.shift() },
      twoWay: ['$default'],
    });
    const client = await api.connect();
    client.send('x');
    const { connectionId, requestId } = (await api.calls.next()).event.requestContext;

    api.clock.wind(28_000);
    expect(client.waiting).toEqual([]);
    api.clock.wind(1_000);

    expect(await client.next()).toEqual({
      message: 'Endpoint request timed out',
      connectionId,
      requestId,
    });
    late.resolve({ statusCode: 200, body: 'late' });
    client.send('x');
    expect(await client.next()).toEqual({ text: 'end' });
  });
});
