import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import type { ConnectionFacts } from './events.ts';
import { watchFrames } from './frame-watch.ts';
import type { FrameHeader } from './frame-watch.ts';
import { endings, limits } from './limits.ts';
import type { Ending } from './limits.ts';

/** How long a client that does not answer a close frame is waited for. */
const CLOSE_GRACE_MILLISECONDS = 2000;

export interface ConnectionHandlers {
  /** A whole text message arrived. */
  readonly message: (body: string) => void;
  /** The connection is over. Called once, and after it no other. */
  readonly ended: (ending: Ending) => void;
}

/** One open WebSocket with everything that API Gateway limits about it. */
export class Connection {
  readonly facts: ConnectionFacts;
  private readonly socket: WebSocket;
  private readonly clock: Clock;
  private readonly handlers: ConnectionHandlers;
  private readonly timers = new Map<string, () => void>();
  private activeAt: number;
  private ending: Ending | undefined;
  /** Bytes of the message that is arriving, frame by frame. */
  private arriving = 0;
  private settle = (): void => {};
  /** Resolves when the connection is over and `ended` has been told. */
  readonly over = new Promise<void>((resolve) => {
    this.settle = resolve;
  });

  /** @param stream the socket beneath, whose frames are measured before `ws` joins them. */
  constructor(
    facts: ConnectionFacts,
    socket: WebSocket,
    stream: Duplex,
    clock: Clock,
    handlers: ConnectionHandlers,
  ) {
    this.facts = facts;
    this.socket = socket;
    this.clock = clock;
    this.handlers = handlers;
    this.activeAt = clock.now();
    // Ahead of the listener of `ws`, so that an oversized frame is refused before it becomes a message.
    stream.prependListener(
      'data',
      watchFrames((header) => this.frame(header)),
    );
    socket.on('message', (data: Buffer) => this.message(data.toString()));
    // What `ws` objects to it closes itself, but reports as 1006, as if no close frame had been sent.
    socket.on('error', (error) => {
      this.ending ??= endingOf(error);
    });
    socket.on('close', (code, reason) => this.end(code, reason.toString()));
    this.timer('idle', limits.idleMilliseconds, () => this.checkIdle());
    this.timer('expired', limits.connectionMilliseconds, () => this.close(endings.expired));
  }

  /** Milliseconds since the epoch: when the last message came or went. */
  get lastActiveAt(): number {
    return this.activeAt;
  }

  /** Bytes sent to the client that its side has not taken yet. */
  get buffered(): number {
    return this.socket.bufferedAmount;
  }

  get isOpen(): boolean {
    return this.ending === undefined && this.socket.readyState === this.socket.OPEN;
  }

  /** Sends one text message, in frames of 32 KB at most. Does nothing once the connection is closing. */
  send(data: Buffer): void {
    if (!this.isOpen) return;
    this.activeAt = this.clock.now();
    let from = 0;
    do {
      const part = data.subarray(from, from + limits.frameBytes);
      from += limits.frameBytes;
      this.socket.send(part, { binary: false, fin: from >= data.length });
    } while (from < data.length);
  }

  /** Closes from this side. A client that never answers is cut off. */
  close(ending: Ending): void {
    if (this.ending !== undefined) return;
    this.ending = ending;
    this.socket.close(ending.code, ending.reason);
    this.timer('grace', CLOSE_GRACE_MILLISECONDS, () => this.socket.terminate());
  }

  /** Cuts the connection off, without a close frame. */
  terminate(): void {
    this.socket.terminate();
  }

  private frame({ first, binary, length }: FrameHeader): void {
    this.arriving = first ? length : this.arriving + length;
    if (binary) this.close(endings.binary);
    else if (length > limits.frameBytes) this.close(endings.tooBig);
    else if (this.arriving > limits.messageBytes) this.close(endings.tooBig);
  }

  private message(body: string): void {
    if (!this.isOpen) return;
    this.activeAt = this.clock.now();
    this.handlers.message(body);
  }

  /** The timer is not set again with every message: it looks when it is due, and waits for the rest. */
  private checkIdle(): void {
    const left = this.activeAt + limits.idleMilliseconds - this.clock.now();
    if (left <= 0) this.close(endings.idle);
    else this.timer('idle', left, () => this.checkIdle());
  }

  private timer(name: string, milliseconds: number, callback: () => void): void {
    this.timers.get(name)?.();
    this.timers.set(name, this.clock.after(milliseconds, callback));
  }

  private end(code: number, reason: string): void {
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
    const theirs = code === endings.noCode.code ? endings.noCode : { code, reason };
    this.ending ??= theirs;
    this.handlers.ended(this.ending);
    this.settle();
  }
}

/** How `ws` ends a connection whose frames break RFC 6455. */
function endingOf(error: Error): Ending | undefined {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'WS_ERR_INVALID_UTF8') return endings.badText;
  if (/^WS_ERR_UNSUPPORTED_\w+_LENGTH$/u.test(code)) return endings.tooBig;
  return code.startsWith('WS_ERR_') ? endings.badFrame : undefined;
}
