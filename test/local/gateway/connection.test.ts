import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { SocketClient } from '../../support/socket-client.ts';
import type { LocalApi } from './local-api.ts';
import { startApi, stopApis } from './local-api.ts';

const ok = { statusCode: 200 };
const minute = 60_000;
const kilobyte = 1024;

let api: LocalApi;
let client: SocketClient;

beforeEach(async () => {
  api = await startApi({
    handlers: { $default: () => ({ statusCode: 200, body: 'answer' }), $disconnect: () => ok },
    twoWay: ['$default'],
  });
  client = await api.connect();
});

afterEach(stopApis);

/** What `$disconnect` is told about the end. */
async function disconnected(): Promise<unknown[]> {
  const { event } = await api.calls.next(({ name }) => name === '$disconnect');
  const { disconnectStatusCode, disconnectReason } = event.requestContext;
  return [disconnectStatusCode, disconnectReason];
}

/** Resolves once the gateway has dealt with everything the client sent before. */
async function settled(): Promise<void> {
  client.socket.ping();
  await once(client.socket, 'pong');
}

describe('the size of what a client sends', () => {
  it('may be 32 KB in one frame', async () => {
    client.send('a'.repeat(32 * kilobyte));

    const { event } = await api.calls.next();

    expect(event['body']).toHaveLength(32 * kilobyte);
  });

  it('closes with 1009 above 32 KB in one frame, and no route sees it', async () => {
    client.send('a'.repeat(32 * kilobyte + 1));

    expect(await client.closed).toEqual({ code: 1009, reason: 'Message too big' });
    expect(await disconnected()).toEqual([1009, 'Message too big']);
    expect(api.calls.waiting).toEqual([]);
  });

  it('is counted in bytes, not in characters', async () => {
    client.send('ü'.repeat(16 * kilobyte + 1));

    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  it('may be 128 KB in four frames', async () => {
    for (let frame = 1; frame <= 4; frame += 1) {
      client.socket.send('a'.repeat(32 * kilobyte), { fin: frame === 4 });
    }

    const { event } = await api.calls.next();

    expect(event['body']).toHaveLength(128 * kilobyte);
  });

  it('closes with 1009 above 128 KB, however small the frames', async () => {
    for (let frame = 1; frame <= 129; frame += 1) {
      client.socket.send('a'.repeat(kilobyte), { fin: false });
    }

    expect(await client.closed).toEqual({ code: 1009, reason: 'Message too big' });
    expect(await disconnected()).toEqual([1009, 'Message too big']);
    expect(api.calls.waiting).toEqual([]);
  });

  it('is not added up over several messages', async () => {
    for (let message = 1; message <= 5; message += 1) client.send('a'.repeat(32 * kilobyte));

    for (let message = 1; message <= 5; message += 1) await client.next();

    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });
});

describe('a frame that API Gateway cannot take', () => {
  it('closes with 1003 when it is binary, and no route sees it', async () => {
    client.socket.send(Buffer.from([1, 2, 3]));

    expect(await client.closed).toMatchObject({ code: 1003 });
    expect(await disconnected()).toEqual([1003, 'Unsupported Data']);
    expect(api.calls.waiting).toEqual([]);
  });

  it('closes with 1007 when its text is no UTF-8', async () => {
    client.socket.send(Buffer.from([0xc3, 0x28]), { binary: false });

    expect(await client.closed).toMatchObject({ code: 1007 });
    expect(await disconnected()).toEqual([1007, '']);
  });
});

describe('a frame that breaks the WebSocket protocol', () => {
  it('closes with 1002', async () => {
    // Opcode 3 is reserved. A masked frame of no payload.
    const raw = Reflect.get(client.socket, '_socket') as Socket;
    raw.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0]));

    expect(await client.closed).toMatchObject({ code: 1002 });
    expect(await disconnected()).toEqual([1002, '']);
  });
});

describe('an idle connection', () => {
  it('is closed with 1001 after ten minutes, not before', async () => {
    api.clock.wind(10 * minute - 1000);
    await settled();
    expect(client.socket.readyState).toBe(client.socket.OPEN);

    api.clock.wind(1000);

    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
    expect(await disconnected()).toEqual([1001, 'Going away']);
  });

  it('is none while the client sends', async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      api.clock.wind(9 * minute);
      client.send('x');
      await client.next();
    }

    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it('is none while the backend posts', async () => {
    const { connectionId } = await connectionOf();
    for (let turn = 0; turn < 4; turn += 1) {
      api.clock.wind(9 * minute);
      await api.gateway.post(connectionId, Buffer.from('x'));
      await client.next();
    }

    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it('stays idle through protocol pings, which are answered all the same', async () => {
    api.clock.wind(5 * minute);
    await settled();
    api.clock.wind(5 * minute);

    expect(await client.closed).toMatchObject({ code: 1001 });
  });
});

describe('a busy connection', () => {
  it('is closed with 1001 after two hours', async () => {
    for (let turn = 0; turn < 13; turn += 1) {
      api.clock.wind(9 * minute);
      client.send('x');
      await client.next();
    }
    expect(client.socket.readyState).toBe(client.socket.OPEN);

    api.clock.wind(3 * minute);

    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
    expect(await disconnected()).toEqual([1001, 'Going away']);
  });
});

describe('a client that closes', () => {
  it('gives its code and reason', async () => {
    client.socket.close(4000, 'bye');

    expect(await disconnected()).toEqual([4000, 'bye']);
  });

  it('without a code is a 1005', async () => {
    client.socket.close();

    expect(await disconnected()).toEqual([1005, 'Client-side close frame status not set']);
  });

  it('without a close frame is a 1006', async () => {
    client.socket.terminate();

    expect(await disconnected()).toEqual([1006, '']);
  });

  it('does so in vain when it never answers a close frame: it is cut off', async () => {
    const { connectionId } = await connectionOf();
    client.socket.pause();
    await api.gateway.delete(connectionId);

    api.clock.wind(2000);

    expect(await disconnected()).toEqual([1000, 'Connection Closed Normally']);
  });
});

async function connectionOf(): Promise<{ readonly connectionId: string }> {
  client.send('who am I');
  await client.next();
  const { event } = await api.calls.next();
  return event.requestContext;
}
