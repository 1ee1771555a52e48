import type { Ack } from '../../protocol/send-message.ts';
import type { ErrorMessage } from '../../protocol/errors.ts';

const ANSWER_MS = 5_000;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/** A message that a user has written. */
export interface Draft {
  readonly conversationId: string;
  readonly localId: string;
  readonly content: string;
  readonly replyTo?: string;
}

interface Pending {
  readonly draft: Draft;
  attempts: number;
  /** Stops what is planned for it: giving up on an answer, or trying again. */
  stop: () => void;
}

export interface OutboxPorts {
  /** Puts a frame on the open connection; false if there is none. */
  send(frame: object): boolean;
  after(milliseconds: number, action: () => void): () => void;
  fraction(): number;
  acked(draft: Draft, ack: Ack): void;
  failed(draft: Draft, error: ErrorMessage): void;
}

/** What waits to be acked: one in flight a conversation, sent again with the same `localId` until it has an answer. */
export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #queues = new Map<string, Pending[]>();

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
  }

  get isEmpty(): boolean {
    return [...this.#queues.values()].every((queue) => queue.length === 0);
  }

  /** How many have been sent and have no answer. */
  get inFlight(): number {
    return [...this.#queues.values()].filter((queue) => queue.length > 0).length;
  }

  add(draft: Draft): void {
    const queue = this.#queues.get(draft.conversationId) ?? [];
    queue.push({ draft, attempts: 0, stop: () => {} });
    this.#queues.set(draft.conversationId, queue);
    if (queue.length === 1) this.#sendFirst(draft.conversationId);
  }

  /** A connection is open: what is in flight may be lost. */
  restart(): void {
    for (const conversationId of this.#queues.keys()) this.#sendFirst(conversationId);
  }

  onAck(ack: Ack): void {
    const draft = this.#settle(ack.conversationId, ack.localId);
    if (draft !== undefined) this.#ports.acked(draft, ack);
  }

  onError(error: ErrorMessage): void {
    for (const [conversationId, [first]] of this.#queues) {
      if (first === undefined || first.draft.localId !== error.localId) continue;
      if (error.retryable) this.#tryLater(conversationId, first);
      else if (error.code !== 'unauthorized') {
        this.#settle(conversationId, first.draft.localId);
        this.#ports.failed(first.draft, error);
      }
    }
  }

  #settle(conversationId: string, localId: string): Draft | undefined {
    const queue = this.#queues.get(conversationId);
    const first = queue?.[0];
    if (queue === undefined || first?.draft.localId !== localId) return undefined;
    first.stop();
    queue.shift();
    this.#sendFirst(conversationId);
    return first.draft;
  }

  #sendFirst(conversationId: string): void {
    const first = this.#queues.get(conversationId)?.[0];
    if (first === undefined) return;
    first.stop();
    if (!this.#ports.send({ type: 'send_message', ...first.draft })) return;
    first.attempts += 1;
    first.stop = this.#ports.after(ANSWER_MS, () => this.#sendFirst(conversationId));
  }

  #tryLater(conversationId: string, first: Pending): void {
    first.stop();
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** first.attempts);
    const wait = this.#ports.fraction() * longest;
    first.stop = this.#ports.after(wait, () => this.#sendFirst(conversationId));
  }
}
