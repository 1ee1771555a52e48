import type { GatewayFaults } from '../../../local/gateway/faults.ts';
import { startApi, stopApis } from './local-api.ts';

const ok = { statusCode: 200 };

afterEach(stopApis);

describe('the DISCONNECT event', () => {
  it('has every field that AWS documents, and the four headers it sends', async () => {
    const api = await startApi({ handlers: { $connect: () => ok, $disconnect: () => ok } });
    const client = await api.connect();
    const connect = (await api.calls.next()).event.requestContext;

    await client.close(1001);
    const { event } = await api.calls.next();

    expect(event).toEqual({
      headers: {
        Host: connect['domainName'],
        'x-api-key': '',
        'X-Forwarded-For': '',
        'x-restapi': '',
      },
      multiValueHeaders: {
        Host: [connect['domainName']],
        'x-api-key': [''],
        'X-Forwarded-For': [''],
        'x-restapi': [''],
      },
      requestContext: {
        ...connect,
        routeKey: '$disconnect',
        eventType: 'DISCONNECT',
        disconnectStatusCode: 1001,
        disconnectReason: '',
        requestId: event.requestContext.requestId,
        extendedRequestId: event.requestContext.requestId,
        requestTime: event.requestContext['requestTime'],
        requestTimeEpoch: event.requestContext['requestTimeEpoch'],
      },
      isBase64Encoded: false,
    });
    expect(event.requestContext.requestId).not.toBe(connect.requestId);
  });

  it("runs once for each connection, and its failure is nobody's", async () => {
    const api = await startApi({
      handlers: { $disconnect: () => Promise.reject(new Error('no table')) },
    });
    const clients = [await api.connect(), await api.connect()];

    await Promise.all(clients.map((client) => client.close()));
    const ids = [await api.calls.next(), await api.calls.next()].map(
      ({ event }) => event.requestContext.connectionId,
    );
    await api.gateway.close();

    expect(new Set(ids).size).toBe(2);
    expect(api.calls.waiting).toEqual([]);
    expect(api.lines).toContainEqual({
      level: 'error',
      connectionId: ids[0],
      routeKey: '$disconnect',
      outcome: 'failed',
      why: 'Unhandled: no table',
    });
  });

  it('needs no $disconnect route', async () => {
    const api = await startApi({ handlers: {} });
    const client = await api.connect();

    await client.close();
    await api.gateway.close();

    expect(api.lines).toContainEqual(expect.objectContaining({ outcome: '1000' }));
  });
});

describe('faults of $disconnect', () => {
  it('F-01: it is lost as often as the random numbers say', async () => {
    const numbers = [0.29, 0.3, 0.99];
    const api = await startApi({
      handlers: { $connect: () => ok, $disconnect: () => ok },
      faults: { disconnects: { lost: 0.3 } },
      random: () => numbers.shift() ?? 0,
    });

    const ids: string[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const client = await api.connect();
      const { event } = await api.calls.next(({ name }) => name === '$connect');
      ids.push(event.requestContext.connectionId);
      await client.close();
    }
    await api.gateway.close();

    const told = api.calls.waiting.map(({ event }) => event.requestContext.connectionId);
    expect(told).toEqual(ids.slice(1));
    expect(api.lines).toContainEqual(
      expect.objectContaining({ connectionId: ids[0], outcome: 'lost' }),
    );
  });

  it('F-02: it comes late, after the same user has connected again', async () => {
    const api = await startApi({
      handlers: { $connect: () => ok, $disconnect: () => ok },
      faults: { disconnects: { lateMilliseconds: 60_000 } },
    });
    const first = await api.connect();
    const { connectionId } = (await api.calls.next()).event.requestContext;
    await first.close();
    await api.connect();
    expect((await api.calls.next()).name).toBe('$connect');
    api.clock.wind(59_000);
    expect(api.calls.waiting).toEqual([]);

    api.clock.wind(1_000);

    const { name, event } = await api.calls.next();
    expect(name).toBe('$disconnect');
    expect(event.requestContext.connectionId).toBe(connectionId);
  });

  it('can be switched while the gateway runs', async () => {
    const faults: GatewayFaults = { disconnects: { lost: 1 } };
    const api = await startApi({ handlers: { $disconnect: () => ok }, faults });
    const first = await api.connect();
    await first.close();
    const second = await api.connect();

    faults.disconnects = { lost: 0 };
    await second.close();

    await api.calls.next();
    expect(api.calls.waiting).toEqual([]);
  });
});
