import type { Connections } from '../../lambdas/core/ports.ts';

/** A client on the other side of a connection. */
export interface Client {
  readonly connectionId: string;
  /** The next frame that arrives, as text. */
  next(): Promise<string>;
  /** Settles once the connection is closed. */
  readonly closed: Promise<unknown>;
  close(): Promise<void>;
}

export interface ConnectionsWorld {
  readonly connections: Connections;
  connect(): Promise<Client>;
  stop(): Promise<void>;
}

/** What every implementation of {@link Connections} must do. */
export function describeConnections(name: string, start: () => Promise<ConnectionsWorld>): void {
  describe(`the connections ${name}`, () => {
    let world: ConnectionsWorld;

    beforeAll(async () => {
      world = await start();
    });

    afterAll(() => world?.stop());

    it('bring frames to a client as they are, in their order', async () => {
      const client = await world.connect();
      const frames = ['{"n":1}', '{"text":"ä🙂"}', `{"long":"${'x'.repeat(32_000)}"}`];
      for (const frame of frames) {
        expect(await world.connections.post(client.connectionId, frame)).toBe('sent');
      }
      for (const frame of frames) {
        expect(await client.next()).toBe(frame);
      }
    });

    it('say that a client is gone once it has left', async () => {
      const client = await world.connect();
      await client.close();
      expect(await world.connections.post(client.connectionId, '{}')).toBe('gone');
      expect(await world.connections.close(client.connectionId)).toBe('gone');
    });

    it('say that a client is gone that never was', async () => {
      const client = await world.connect();
      const stranger = `${client.connectionId.slice(0, 5)}AAAA${client.connectionId.slice(9)}`;
      expect(await world.connections.post(stranger, '{}')).toBe('gone');
    });

    it('close a client', async () => {
      const client = await world.connect();
      expect(await world.connections.close(client.connectionId)).toBe('sent');
      await client.closed;
      expect(await world.connections.post(client.connectionId, '{}')).toBe('gone');
    });

    it('reject a frame that no connection could take', async () => {
      const client = await world.connect();
      const frame = `"${'x'.repeat(131_073)}"`;
      expect(await world.connections.post(client.connectionId, frame)).toBe('rejected');
      expect(await world.connections.post(client.connectionId, '{"after":1}')).toBe('sent');
      expect(await client.next()).toBe('{"after":1}');
    });
  });
}
