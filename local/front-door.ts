import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { UserError } from './user-error.ts';

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** What answers behind the front door. May be exchanged while it is open. */
export interface Listeners {
  readonly request: RequestListener;
  readonly upgrade: UpgradeListener;
}

/**
 * The one port of the local cloud that people and browsers see. It opens before anything else, so that a port that
 * is taken is told at once; what comes before there is something behind it is answered 503.
 */
export class FrontDoor {
  readonly port: number;
  private readonly servers: readonly Server[];
  private listeners: Listeners | undefined;

  private constructor(servers: readonly Server[], port: number) {
    this.servers = servers;
    this.port = port;
    for (const server of servers) {
      server.on('request', (request, response) => {
        if (this.listeners !== undefined) this.listeners.request(request, response);
        else response.writeHead(503, { 'Retry-After': '1' }).end('The local cloud is starting.\n');
      });
      server.on('upgrade', (request, socket, head) => {
        if (this.listeners !== undefined) this.listeners.upgrade(request, socket, head);
        else socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n\r\n');
      });
    }
  }

  /**
   * Opens `port` on this machine's own addresses only, IPv4 and IPv6 (`localhost` may mean either); any free port if
   * it is 0, then on 127.0.0.1 alone. Rejects with a `UserError` if it is taken.
   */
  static async open(port: number): Promise<FrontDoor> {
    const first = await listen(port, '127.0.0.1');
    if (first === undefined) throw new UserError('this machine has no address 127.0.0.1');
    try {
      const second = port === 0 ? undefined : await listen(port, '::1');
      const servers = second === undefined ? [first] : [first, second];
      return new FrontDoor(servers, (first.address() as AddressInfo).port);
    } catch (error) {
      first.close();
      throw error;
    }
  }

  /** From now on, requests are answered by these; by 503 if `undefined`. */
  answerBy(listeners: Listeners | undefined): void {
    this.listeners = listeners;
  }

  /** Closes the port. Connections that were upgraded go on. */
  async close(): Promise<void> {
    await Promise.all(
      this.servers.map(async (server) => {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      }),
    );
  }
}

/** `undefined` where the machine has no such address. */
async function listen(port: number, host: string): Promise<Server | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return server;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return undefined;
    if (code === 'EADDRINUSE') {
      throw new UserError(`port ${port} is taken; end what listens there, or choose another port`);
    }
    if (code === 'EACCES') {
      throw new UserError(`port ${port} needs more rights than yours; choose one above 1023`);
    }
    throw error;
  }
}
