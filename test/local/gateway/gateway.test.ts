import { once } from 'node:events';
import { deferred } from '../../support/deferred.ts';
import { SocketClient } from '../../support/socket-client.ts';
import type { LocalApi } from './local-api.ts';
import { startApi, stopApis } from './local-api.ts';

const ok = { statusCode: 200 };
const neverUsed = 'L0SM9cOFvHcCIhw=';

afterEach(stopApis);

/** An API with one client on it. */
async function startWithClient(
  options: { readonly bufferBytes?: number } = {},
): Promise<{ api: LocalApi; client: SocketClient; connectionId: string }> {
  const api = await startApi({
    handlers: { $connect: () => ok, $disconnect: () => ok },
    ...options,
  });
  const client = await api.connect({ headers: { 'User-Agent': 'phone/1.0' } });
  const { connectionId } = (await api.calls.next()).event.requestContext;
  return { api, client, connectionId };
}

describe('a post', () => {
  it('is one text message for the client, in the order of the posts', async () => {
    const { api, client, connectionId } = await startWithClient();
    const binary: boolean[] = [];
    client.socket.on('message', (_, isBinary) => binary.push(isBinary));

    const texts = Array.from({ length: 200 }, (_, index) => `number ${index}, ü`);
    const results = await Promise.all(
      texts.map((text) => api.gateway.post(connectionId, Buffer.from(text))),
    );

    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['ok']));
    for (const text of texts) expect(await client.next()).toEqual({ text });
    expect(new Set(binary)).toEqual(new Set([false]));
  });

  it('of 128 KB arrives as one message, in frames of 32 KB', async () => {
    const { api, client, connectionId } = await startWithClient();
    const text = 'ü'.repeat(64 * 1024);

    expect(await api.gateway.post(connectionId, Buffer.from(text))).toEqual({ kind: 'ok' });

    expect(await client.next()).toEqual({ text });
  });

  it('above 128 KB is too large, and nothing arrives', async () => {
    const { api, client, connectionId } = await startWithClient();

    const result = await api.gateway.post(connectionId, Buffer.alloc(128 * 1024 + 1, 'a'));
    await api.gateway.post(connectionId, Buffer.from('end'));

    expect(result).toEqual({ kind: 'too-large' });
    expect(await client.next()).toEqual({ text: 'end' });
  });

  it('to a client that does not read meets the limit, which hurts nobody else, and heals', async () => {
    const { api, client, connectionId } = await startWithClient({ bufferBytes: 256 * 1024 });
    const other = await api.connect();
    const second = (await api.calls.next()).event.requestContext.connectionId;
    const data = Buffer.alloc(100 * 1024, 'a');
    client.socket.pause();

    let taken = 0;
    // More than the machine's own socket buffers hold, and an end should the limit never come.
    while (taken < 1000 && (await api.gateway.post(connectionId, data)).kind === 'ok') taken += 1;
    expect(await api.gateway.post(connectionId, data)).toEqual({ kind: 'limit' });
    expect(await api.gateway.post(second, Buffer.from('hello'))).toEqual({ kind: 'ok' });
    expect(await other.next()).toEqual({ text: 'hello' });
    client.socket.resume();
    for (let frame = 0; frame < taken; frame += 1) await client.next();

    expect(await api.gateway.post(connectionId, Buffer.from('again'))).toEqual({ kind: 'ok' });
    expect(await client.next()).toEqual({ text: 'again' });
  });

  it('before $connect has answered is gone, and after it arrives', async () => {
    const answer = deferred<unknown>();
    const api = await startApi({ handlers: { $connect: () => answer.promise } });
    const connecting = api.connect();
    const { connectionId } = (await api.calls.next()).event.requestContext;

    expect(await api.gateway.post(connectionId, Buffer.from('early'))).toEqual({ kind: 'gone' });
    expect(await api.gateway.get(connectionId)).toEqual({ kind: 'gone' });
    answer.resolve(ok);
    const client = await connecting;
    await api.gateway.post(connectionId, Buffer.from('now'));

    expect(await client.next()).toEqual({ text: 'now' });
    expect(client.waiting).toEqual([]);
  });

  it('to a connection that was refused is gone', async () => {
    const api = await startApi({ handlers: { $connect: () => ({ statusCode: 403 }) } });
    await expect(api.connect()).rejects.toThrow('403');
    const { connectionId } = (await api.calls.next()).event.requestContext;

    expect(await api.gateway.post(connectionId, Buffer.from('x'))).toEqual({ kind: 'gone' });
  });
});

describe('what @connections tells of an id', () => {
  it.each(['', 'alice', 'L0SM9cOFvHcCIhw', 'L0SM9cOFvHcCIhw==', '../../x?y=z#abc=', 'ÄÖÜ'])(
    'is that it can be none: %j',
    async (id) => {
      const { gateway } = await startApi({ handlers: {} });

      expect(await gateway.post(id, Buffer.alloc(1024 * 1024))).toEqual({ kind: 'bad-id' });
      expect(await gateway.get(id)).toEqual({ kind: 'bad-id' });
      expect(await gateway.delete(id)).toEqual({ kind: 'bad-id' });
    },
  );

  it('is that it is gone when there never was such a connection', async () => {
    const { gateway } = await startApi({ handlers: {} });

    expect(await gateway.post(neverUsed, Buffer.from('x'))).toEqual({ kind: 'gone' });
    expect(await gateway.get(neverUsed)).toEqual({ kind: 'gone' });
    expect(await gateway.delete(neverUsed)).toEqual({ kind: 'gone' });
  });

  it('is that it is gone once the client has closed', async () => {
    const { api, client, connectionId } = await startWithClient();
    await client.close();
    await api.calls.next(({ name }) => name === '$disconnect');

    expect(await api.gateway.post(connectionId, Buffer.from('x'))).toEqual({ kind: 'gone' });
    expect(await api.gateway.get(connectionId)).toEqual({ kind: 'gone' });
    expect(await api.gateway.delete(connectionId)).toEqual({ kind: 'gone' });
  });

  it('is who and since when, and when the last message came or went', async () => {
    const { api, client, connectionId } = await startWithClient();
    const before = await api.gateway.get(connectionId);
    const now = api.clock.now();

    expect(before).toMatchObject({
      kind: 'ok',
      connection: { identity: { sourceIp: '127.0.0.1', userAgent: 'phone/1.0' } },
    });
    if (before.kind !== 'ok') throw new Error('the connection is gone');
    expect(before.connection.lastActiveAt).toBeLessThanOrEqual(now);
    api.clock.wind(60_000);
    await api.gateway.post(connectionId, Buffer.from('x'));
    await client.next();
    const after = await api.gateway.get(connectionId);
    if (after.kind !== 'ok') throw new Error('the connection is gone');

    expect(after.connection.connectedAt).toBe(before.connection.connectedAt);
    expect(after.connection.lastActiveAt).toBeGreaterThanOrEqual(now + 60_000);
  });
});

describe('a delete', () => {
  it('closes with 1000 behind what was posted, is gone at once, and leads to $disconnect', async () => {
    const { api, client, connectionId } = await startWithClient();
    await api.gateway.post(connectionId, Buffer.from('closing'));

    expect(await api.gateway.delete(connectionId)).toEqual({ kind: 'ok' });
    expect(await api.gateway.delete(connectionId)).toEqual({ kind: 'gone' });
    expect(await api.gateway.post(connectionId, Buffer.from('x'))).toEqual({ kind: 'gone' });

    expect(await client.next()).toEqual({ text: 'closing' });
    expect(await client.closed).toMatchObject({ code: 1000 });
    const { event } = await api.calls.next(({ name }) => name === '$disconnect');
    expect(event.requestContext).toMatchObject({
      connectionId,
      disconnectStatusCode: 1000,
      disconnectReason: 'Connection Closed Normally',
    });
  });
});

describe('closing the gateway', () => {
  it('closes every connection with 1012 and waits for their $disconnect', async () => {
    const done: string[] = [];
    const slow = deferred<unknown>();
    const api = await startApi({
      handlers: {
        $disconnect: async () => {
          await slow.promise;
          done.push('$disconnect');
          return ok;
        },
      },
    });
    const clients = [await api.connect(), await api.connect()];

    const closing = api.gateway.close().then(() => done.push('closed'));
    const codes = await Promise.all(clients.map(async ({ closed }) => (await closed).code));
    expect(codes).toEqual([1012, 1012]);
    await api.calls.next();
    await api.calls.next();
    // One turn of the event loop, in which a gateway that does not wait would be done.
    await new Promise(setImmediate);
    slow.resolve(ok);
    await closing;

    expect(done).toEqual(['$disconnect', '$disconnect', 'closed']);
  });

  it('cuts off a handshake that is under way, and refuses those to come', async () => {
    const api = await startApi({ handlers: { $connect: () => new Promise(() => {}) } });
    const connecting = api.connect();
    await api.calls.next();

    await api.gateway.close();

    await expect(connecting).rejects.toThrow('socket hang up');
    await expect(api.connect()).rejects.toThrow('503');
  });

  it('tells $disconnect of a handshake it cut off, if $connect succeeds after all', async () => {
    const answer = deferred<unknown>();
    const api = await startApi({
      handlers: { $connect: () => answer.promise, $disconnect: () => ok },
    });
    const connecting = api.connect();
    const { connectionId } = (await api.calls.next()).event.requestContext;
    await api.gateway.close();
    await expect(connecting).rejects.toThrow('socket hang up');

    answer.resolve(ok);

    const { name, event } = await api.calls.next();
    expect(name).toBe('$disconnect');
    expect(event.requestContext).toMatchObject({ connectionId, disconnectStatusCode: 1006 });
  });

  it('does not wait for a client that does not answer', async () => {
    const { api, client } = await startWithClient();
    client.socket.pause();

    await api.gateway.close();
    client.socket.resume();

    expect(await client.closed).toMatchObject({ code: 1012 });
  });
});

it('refuses an API whose route selection expression it cannot evaluate', async () => {
  await expect(
    startApi({ handlers: {}, routeSelectionExpression: '$request.header.type' }),
  ).rejects.toThrow('is not one that the local gateway knows: use $request.body.name');
});

it('logs neither bodies nor query strings', async () => {
  const api = await startApi({ handlers: { $connect: () => ok, $default: () => ok } });
  const client = await SocketClient.connect(`${api.url}?token=sesame`);
  client.send('sesame');
  client.socket.ping();
  await once(client.socket, 'pong');
  await client.close();
  await api.gateway.close();

  expect(api.lines.map(({ routeKey, outcome }) => `${routeKey} ${outcome}`)).toEqual([
    '$connect accepted',
    '$default answered 200',
    '$disconnect 1000',
  ]);
  expect(JSON.stringify(api.lines)).not.toContain('sesame');
});
