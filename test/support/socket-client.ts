import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import type { ClientOptions, RawData } from 'ws';
import { WaitingQueue } from './waiting-queue.ts';

/** The handshake was refused with an HTTP status. */
export class HandshakeRefused extends Error {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;

  constructor(status: number, body: string, headers: IncomingHttpHeaders) {
    super(`the handshake was refused with ${status}: ${body}`);
    this.name = 'HandshakeRefused';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export interface Frame {
  readonly [key: string]: unknown;
}

/**
 * A plain WebSocket client for tests. It keeps every frame that arrives in a queue, from before the
 * handshake's end, so that no frame is missed whenever a test begins to look.
 */
export class SocketClient {
  /** The socket beneath, for what only it can do (`ping`, `pause`, binary frames). */
  readonly socket: WebSocket;
  /** Resolves when the connection has ended, whoever ended it. 1006 when no close frame came. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  private readonly frames = new WaitingQueue<Frame>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.frames.end(`the connection was closed with ${code}`);
        resolve({ code, reason: reason.toString() });
      });
    });
    socket.on('message', (data) => this.frames.push(parse(data)));
    // A failed connection shows in `closed`; `connect` reports what fails before that.
    socket.on('error', () => {});
  }

  /**
   * Resolves with an open connection.
   * @throws {HandshakeRefused} when the server answers with an HTTP status instead.
   */
  static async connect(
    url: string,
    options: ClientOptions & { readonly protocols?: readonly string[] } = {},
  ): Promise<SocketClient> {
    const { protocols = [], ...rest } = options;
    const client = new SocketClient(new WebSocket(url, [...protocols], rest));
    await opened(client.socket);
    return client;
  }

  /** Frames that arrived and that no `next` has taken. */
  get waiting(): readonly Frame[] {
    return this.frames.waiting;
  }

  /** Sends a string as it is, everything else as JSON, in one text frame. */
  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /**
   * Takes the first frame that matches, arrived already or yet to come. The others stay queued. A frame
   * that is no JSON object is `{text: …}`.
   * @throws {Error} when none comes within a minute, or before the connection ends.
   */
  next(matches?: (frame: Frame) => boolean): Promise<Frame> {
    return this.frames.next(matches);
  }

  /** Closes the connection and waits until it is closed. */
  async close(code = 1000): Promise<void> {
    this.socket.close(code);
    await this.closed;
  }
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response) => {
      const { statusCode = 0, headers } = response;
      void text(response)
        .then((body) => reject(new HandshakeRefused(statusCode, body, headers)), reject)
        .finally(() => socket.terminate());
    });
  });
}

function parse(data: RawData): Frame {
  const content = toText(data);
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Not JSON: the text itself, below.
  }
  return { text: content };
}

function toText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}
