import { randomUUID } from 'node:crypto';
import type { ChatUser } from './chat-user.ts';
import type { Frame } from '../support/socket-client.ts';

/** All that this client has ever heard of. */
const KNOWN = ['ack', 'message', 'typing', 'read_receipt', 'messages', 'error'] as const;
type Known = (typeof KNOWN)[number];

interface Message {
  readonly serverId: string;
  readonly senderId: string;
  readonly seq: number;
  readonly timestamp: number;
  readonly content: string;
}

/**
 * A chat client that somebody wrote in an afternoon: it sends `send_message`, `typing_start`, `mark_read` by time and
 * `list_messages`, reads the few types that it knows, and skips every other frame and field. It keeps no cursors,
 * never pings and never syncs.
 */
export class PlainClient {
  readonly #user: ChatUser;
  readonly #shown = new Map<number, Message>();

  constructor(user: ChatUser) {
    this.#user = user;
  }

  /** What is on its screen, by place: sender and text. */
  get shown(): readonly string[] {
    return [...this.#shown.values()]
      .toSorted((one, other) => one.seq - other.seq)
      .map(({ senderId, content }) => `${senderId}: ${content}`);
  }

  async send(conversationId: string, content: string): Promise<void> {
    const localId = randomUUID();
    this.#user.client.send({ type: 'send_message', localId, conversationId, content });
    const ack = await this.#next('ack', (frame) => frame['localId'] === localId);
    this.#show({ ...ack, senderId: this.#user.userId, content });
  }

  async receive(): Promise<string> {
    const message = await this.#next('message');
    this.#show(message);
    return String(message['content']);
  }

  type(conversationId: string): void {
    this.#user.client.send({ type: 'typing_start', conversationId });
  }

  async seesTyping(): Promise<unknown> {
    return (await this.#next('typing'))['userId'];
  }

  /** Marks all that it shows as read, by the time of the last message. */
  readAll(conversationId: string): void {
    const upToTimestamp = Math.max(...[...this.#shown.values()].map(({ timestamp }) => timestamp));
    this.#user.client.send({ type: 'mark_read', conversationId, upToTimestamp });
  }

  async seesRead(): Promise<unknown> {
    return (await this.#next('read_receipt'))['userId'];
  }

  /** Loads the history: what it shows afterwards is nothing else. */
  async load(conversationId: string): Promise<void> {
    this.#user.client.send({ type: 'list_messages', conversationId });
    const { events } = await this.#next('messages');
    this.#shown.clear();
    for (const event of events as readonly Frame[])
      if (event['type'] === 'message') this.#show(event);
  }

  #show(frame: Frame): void {
    this.#shown.set(Number(frame['seq']), frame as Frame & Message);
  }

  #next(type: Known, matches: (frame: Frame) => boolean = () => true): Promise<Frame> {
    return this.#user.client.next((frame) => frame['type'] === type && matches(frame));
  }
}
