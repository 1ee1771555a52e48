import type { FanOutQueue, NudgeReceipts } from '../../lambdas/core/ports.ts';
import type { MemoryClock } from './clock.ts';
import { gated, OPEN_GATES } from './gates.ts';
import type { Gates } from './gates.ts';

/** A nudge as the worker's event holds it. */
export interface ReceivedNudge {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** 1 for the first time. */
  readonly receiveCount: number;
  readonly conversationId: string;
  readonly seq: number;
}

export interface MemoryFanOutQueueOptions {
  readonly gates?: Gates;
  /** How long a received nudge stays away if it is neither removed nor given back, in milliseconds. */
  readonly visibilityTimeout?: number;
  /** A nudge received more often than that goes to `deadLetters` instead. */
  readonly maxReceiveCount?: number;
}

interface Nudge {
  readonly messageId: string;
  readonly conversationId: string;
  readonly seq: number;
  visibleAt: number;
  received: number;
  receiptHandle?: string;
}

/** A FIFO queue with a group a conversation: while a nudge of it is in flight, those behind it wait. */
export class MemoryFanOutQueue implements FanOutQueue, NudgeReceipts {
  readonly deadLetters: ReceivedNudge[] = [];
  readonly #clock: MemoryClock;
  readonly #gates: Gates;
  readonly #visibilityTimeout: number;
  readonly #maxReceiveCount: number;
  #nudges: Nudge[] = [];
  #sent = 0;
  #receives = 0;

  constructor(
    clock: MemoryClock,
    {
      gates = OPEN_GATES,
      visibilityTimeout = 60_000,
      maxReceiveCount = Number.POSITIVE_INFINITY,
    }: MemoryFanOutQueueOptions = {},
  ) {
    this.#clock = clock;
    this.#gates = gates;
    this.#visibilityTimeout = visibilityTimeout;
    this.#maxReceiveCount = maxReceiveCount;
  }

  nudge(conversationId: string, seq: number): Promise<void> {
    const call = { port: 'queue', method: 'nudge', args: [conversationId, seq] } as const;
    return gated(this.#gates, call, () => {
      this.#sent += 1;
      const messageId = `nudge-${this.#sent}`;
      this.#nudges.push({ messageId, conversationId, seq, visibleAt: 0, received: 0 });
    });
  }

  giveBack(receiptHandle: string, seconds: number): Promise<void> {
    const call = { port: 'receipts', method: 'giveBack', args: [receiptHandle, seconds] } as const;
    return gated(this.#gates, call, () => {
      const nudge = this.#nudges.find((one) => one.receiptHandle === receiptHandle);
      if (nudge) {
        nudge.visibleAt = this.#clock.now() + seconds * 1000;
      }
    });
  }

  // ── The side of the poller ─────────────────────────────────────────────────────────────────────

  /** At most `limit` nudges, of the groups that have none in flight; several of one group in their order. */
  receive(limit = 10): readonly ReceivedNudge[] {
    const now = this.#clock.now();
    const blocked = new Set(
      this.#nudges.filter((nudge) => nudge.visibleAt > now).map((nudge) => nudge.conversationId),
    );
    const batch: ReceivedNudge[] = [];
    for (const nudge of this.#nudges) {
      if (batch.length === limit || blocked.has(nudge.conversationId)) {
        continue;
      }
      const received = this.#take(nudge, now);
      if (nudge.received > this.#maxReceiveCount) {
        this.deadLetters.push(received);
        this.remove(received.receiptHandle);
      } else {
        batch.push(received);
      }
    }
    return batch;
  }

  /** The nudge is done. A receipt that is not the latest one of its nudge removes nothing. */
  remove(receiptHandle: string): void {
    this.#nudges = this.#nudges.filter((nudge) => nudge.receiptHandle !== receiptHandle);
  }

  /** Everything goes, in flight or not, but for the dead letters. */
  purge(): void {
    this.#nudges = [];
  }

  /** Dead letters wait as if they were new. */
  redrive(): void {
    for (const { messageId, conversationId, seq } of this.deadLetters.splice(0))
      this.#nudges.push({ messageId, conversationId, seq, visibleAt: 0, received: 0 });
  }

  /** Nudges that are neither done nor dead, in flight or not. */
  get waiting(): readonly { readonly conversationId: string; readonly seq: number }[] {
    return this.#nudges.map(({ conversationId, seq }) => ({ conversationId, seq }));
  }

  /** When the next nudge can be received, in milliseconds; `undefined` if none waits. */
  get nextAt(): number | undefined {
    const groups = new Map<string, number>();
    for (const { conversationId, visibleAt } of this.#nudges)
      groups.set(conversationId, Math.max(visibleAt, groups.get(conversationId) ?? 0));
    return groups.size === 0 ? undefined : Math.min(...groups.values());
  }

  #take(nudge: Nudge, now: number): ReceivedNudge {
    this.#receives += 1;
    nudge.received += 1;
    nudge.visibleAt = now + this.#visibilityTimeout;
    nudge.receiptHandle = `receipt-${this.#receives}`;
    const { messageId, receiptHandle, received, conversationId, seq } = nudge;
    return { messageId, receiptHandle, receiveCount: received, conversationId, seq };
  }
}
