import { answer, serverMessage } from '../../protocol/server-message.ts';
import type { Answer, ServerMessage } from '../../protocol/server-message.ts';
import type { Caller } from '../../lambdas/core/caller.ts';
import { COMMANDS } from '../../lambdas/core/commands.ts';
import { confirmUploads } from '../../lambdas/core/confirm-uploads.ts';
import { connect } from '../../lambdas/core/connect.ts';
import { deliverNudges } from '../../lambdas/core/deliver-nudges.ts';
import { dispatch } from '../../lambdas/core/dispatch.ts';
import { IDENTITY } from '../../lambdas/core/identity.ts';
import { QUERIES } from '../../lambdas/core/queries.ts';
import { SIGNALS } from '../../lambdas/core/signals.ts';
import { createMemoryPorts, type MemoryPortsOptions } from '../memory/memory-ports.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 60 * 60 * SECOND_MS;
const MOST_ROUNDS = 1_000;
/** Of all functions: here every frame is routed as it is read. */
const ACTIONS = { ...COMMANDS, ...QUERIES, ...SIGNALS, ...IDENTITY };

/** The whole chat on memory ports: sockets, the actions behind them, and the worker that delivers. */
export class MemoryChat {
  readonly ports: ReturnType<typeof createMemoryPorts>;

  constructor(options: MemoryPortsOptions = {}) {
    this.ports = createMemoryPorts(options);
  }

  /** A user opens a connection. Its token ends in an hour, unless said otherwise (milliseconds). */
  async connect(
    userId: string,
    options: { batch?: boolean; device?: string; tokenEnd?: number } = {},
  ): Promise<Caller> {
    const { batch = false, device = '1', tokenEnd = this.ports.clock.now() + HOUR_MS } = options;
    const connectionId = `${userId}-${device}`;
    const caller: Caller = {
      userId,
      connectionId,
      connectedAt: this.ports.clock.now(),
      tokenEnd,
      batch,
    };
    this.ports.connections.open(connectionId);
    await connect(this.ports, caller);
    return caller;
  }

  /** Sends a frame and answers what the route answers; every answer must have the documented shape. */
  async ask(caller: Caller, frame: unknown): Promise<Answer> {
    const body = typeof frame === 'string' ? frame : JSON.stringify(frame);
    return answer.parse(await dispatch(this.ports, ACTIONS, caller, body));
  }

  /** As {@link ask}, for an answer of one type. */
  async expect<Type extends Answer['type']>(
    caller: Caller,
    type: Type,
    frame: unknown,
  ): Promise<Extract<Answer, { type: Type }>> {
    const got = await this.ask(caller, frame);
    if (got.type !== type) throw new Error(`expected ${type}, got ${JSON.stringify(got)}`);
    return got as Extract<Answer, { type: Type }>;
  }

  async direct(caller: Caller, userId: string): Promise<string> {
    const frame = { type: 'create_conversation', kind: 'direct', userId };
    return (await this.expect(caller, 'conversation', frame)).conversationId;
  }

  async send(
    caller: Caller,
    conversationId: string,
    localId: string,
    content = `text of ${localId}`,
    more: Readonly<Record<string, unknown>> = {},
  ) {
    const message = { conversationId, localId, content, ...more };
    return this.expect(caller, 'ack', { type: 'send_message', ...message });
  }

  /** Uploads a file of five bytes, so that a message may refer to it. Answers its id. */
  async upload(caller: Caller, said: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const file = { kind: 'image', name: 'Sunset.png', mediaType: 'image/png', bytes: 5, ...said };
    const form = await this.expect(caller, 'upload', { type: 'request_upload', ...file });
    if (!this.ports.attachments.post(form, file.bytes)) throw new Error('the form was refused');
    await this.confirm();
    return form.attachmentId;
  }

  /** Runs the function that the bucket's queue feeds. */
  async confirm(): Promise<void> {
    const { attachments } = this.ports;
    const notices = attachments.receive();
    const failed = new Set(await confirmUploads(this.ports, notices));
    for (const { messageId } of notices) if (!failed.has(messageId)) attachments.remove(messageId);
  }

  /** Runs the worker until no nudge waits, winding the clock where all that are left have been given back. */
  async deliver(): Promise<void> {
    const { queue, clock } = this.ports;
    for (let rounds = 0; queue.waiting.length > 0; rounds += 1) {
      if (rounds > MOST_ROUNDS) throw new Error('the worker does not come to an end');
      if ((await this.deliverOnce()) === 0) clock.advance(SECOND_MS);
    }
  }

  /** One batch of nudges, as the queue gives it out now. Answers how many there were. */
  async deliverOnce(): Promise<number> {
    const nudges = this.ports.queue.receive();
    const failed = new Set(await deliverNudges(this.ports, nudges));
    for (const nudge of nudges) {
      if (!failed.has(nudge.messageId)) this.ports.queue.remove(nudge.receiptHandle);
    }
    return nudges.length;
  }

  /** Everything that was posted to a connection. */
  framesOf(caller: Caller): ServerMessage[] {
    return this.ports.connections
      .framesOf(caller.connectionId)
      .map((frame) => serverMessage.parse(JSON.parse(frame)));
  }

  /** The events that a connection got, out of whatever frames they came in. */
  eventsOf(caller: Caller): Extract<ServerMessage, { seq: number }>[] {
    return this.framesOf(caller).flatMap((frame) => {
      if (frame.type === 'events') return frame.events;
      return 'seq' in frame && frame.type !== 'ack' && frame.type !== 'conversation' ? [frame] : [];
    });
  }
}
