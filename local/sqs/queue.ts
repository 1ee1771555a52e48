import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { AwsError } from '../endpoint/aws-error.ts';
import { deduplicationIdOf, deduplicationKey } from './deduplication-id.ts';
import { Deduplication } from './deduplication.ts';
import type { Message, MessageAttribute, ReceivedMessage } from './message.ts';
import { messageIdOf, newReceiptHandle } from './receipt-handle.ts';
import { Receivers } from './receivers.ts';
import { settingsOf } from './settings.ts';
import type { QueueSettings } from './settings.ts';

export interface SendInput {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly senderId: string;
  /** The queue's own by default. */
  readonly delayMilliseconds?: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly traceHeader?: string;
}

export interface ReceiveInput {
  /** 1 to 10. */
  readonly maximum: number;
  /** How long to wait for a first message; the queue's own by default. */
  readonly waitMilliseconds?: number;
  readonly visibilityMilliseconds?: number;
  /** Gives up waiting, and takes nothing. */
  readonly signal?: AbortSignal;
}

/** Told of everything that must survive the process, before it is acknowledged. */
export interface QueueObserver {
  sent(queue: Queue, message: Message, visibleAt: number): void;
  removed(queue: Queue, messageId: string): void;
}

export interface QueueIdentity {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
}

interface Entry {
  readonly message: Message;
  receiveCount: number;
  firstReceivedAt: number;
  /** The latest handle; absent until first received. */
  receiptHandle?: string;
  /** Set while the message is hidden: delayed, or in flight. */
  hidden?: { readonly until: number; readonly inFlight: boolean; readonly cancel: () => void };
}

/** The longest that a message can be hidden: 12 hours. */
const LONGEST_VISIBILITY_MILLISECONDS = 12 * 60 * 60 * 1000;

/**
 * One SQS queue, standard or FIFO, on the clock it is given.
 *
 * FIFO as AWS describes it: as many messages of one group as asked for, in order; none of a group while one
 * of it is in flight or delayed; a message that comes back takes its old place. A message that was received
 * `maxReceiveCount` times goes to the dead-letter queue when it would be received again.
 * Source: SQS Developer Guide, "FIFO delivery logic", "Dead-letter queues", "Visibility timeout".
 */
export class Queue {
  readonly identity: QueueIdentity;
  attributes: Readonly<Record<string, string>>;
  readonly createdAt: number;
  private settings: QueueSettings;
  private readonly clock: Clock;
  private readonly observer: QueueObserver;
  private readonly deadLetterQueue: (arn: string) => Queue | undefined;
  /** In order of arrival. A FIFO queue looks at them group by group. */
  private readonly entries = new Map<string, Entry>();
  private readonly groups = new Map<string, Map<string, Entry>>();
  private readonly deduplication: Deduplication;
  private readonly receivers: Receivers;
  private lastSequence = 0n;

  constructor(options: {
    readonly identity: QueueIdentity;
    readonly attributes: Readonly<Record<string, string>>;
    readonly clock: Clock;
    readonly observer: QueueObserver;
    readonly deadLetterQueue: (arn: string) => Queue | undefined;
  }) {
    this.identity = options.identity;
    this.attributes = options.attributes;
    this.settings = settingsOf(options.attributes);
    this.clock = options.clock;
    this.observer = options.observer;
    this.deadLetterQueue = options.deadLetterQueue;
    this.createdAt = options.clock.now();
    this.receivers = new Receivers(options.clock);
    this.deduplication = new Deduplication(options.clock);
  }

  get fifo(): boolean {
    return this.settings.fifo;
  }

  get largestMessageBytes(): number {
    return this.settings.largestMessageBytes;
  }

  /** `SetQueueAttributes`: those named, the others stay. */
  configure(attributes: Readonly<Record<string, string>>): void {
    this.attributes = { ...this.attributes, ...attributes };
    this.settings = settingsOf(this.attributes);
  }

  /** A duplicate within five minutes is answered with the first one's ids, and not stored. */
  send(input: SendInput): { readonly messageId: string; readonly sequenceNumber?: string } {
    const now = this.clock.now();
    const { settings } = this;
    const deduplicationId = settings.fifo ? deduplicationIdOf(input, settings) : undefined;
    const key =
      deduplicationId === undefined
        ? undefined
        : deduplicationKey(settings, deduplicationId, input.groupId);
    const first = key === undefined ? undefined : this.deduplication.find(key);
    if (first !== undefined) return first;

    const message: Message = {
      messageId: randomUUID(),
      body: input.body,
      attributes: input.attributes ?? {},
      senderId: input.senderId,
      sentAt: now,
      ...(input.groupId === undefined ? {} : { groupId: input.groupId }),
      ...(deduplicationId === undefined ? {} : { deduplicationId }),
      ...(this.settings.fifo ? { sequenceNumber: this.nextSequenceNumber() } : {}),
      ...(input.traceHeader === undefined ? {} : { traceHeader: input.traceHeader }),
    };
    const delay = input.delayMilliseconds ?? this.settings.delayMilliseconds;
    this.observer.sent(this, message, now + delay);
    this.restore(message, now + delay);
    this.receivers.wakeSoon();
    const { messageId, sequenceNumber } = message;
    return sequenceNumber === undefined ? { messageId } : { messageId, sequenceNumber };
  }

  /** Resolves with what there is, or waits for a first message. Empty when the wait is over or given up. */
  async receive(input: ReceiveInput): Promise<readonly ReceivedMessage[]> {
    const take = (): readonly ReceivedMessage[] =>
      this.take(
        input.maximum,
        input.visibilityMilliseconds ?? this.settings.visibilityMilliseconds,
      );
    const wait = input.waitMilliseconds ?? this.settings.waitMilliseconds;
    const { signal } = input;
    if (signal?.aborted === true) return [];
    const found = take();
    if (found.length > 0 || wait <= 0) return found;
    return this.receivers.wait(take, wait, signal);
  }

  /**
   * Deleting what is gone already succeeds. On a FIFO queue a handle whose visibility time is over is refused;
   * on a standard queue the latest handle deletes until the message is received again.
   */
  delete(receiptHandle: string): void {
    const entry = this.entries.get(messageIdOf(receiptHandle));
    if (entry === undefined || entry.receiptHandle !== receiptHandle) return;
    if (this.settings.fifo && entry.hidden?.inFlight !== true) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
      );
    }
    this.remove(entry);
    this.receivers.wake();
  }

  /** @param milliseconds from now; 0 makes the message visible at once. */
  changeVisibility(receiptHandle: string, milliseconds: number): void {
    const entry = this.entries.get(messageIdOf(receiptHandle));
    if (entry === undefined) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    if (entry.receiptHandle !== receiptHandle || entry.hidden?.inFlight !== true) {
      throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
    }
    this.hide(
      entry,
      this.clock.now() + Math.min(milliseconds, LONGEST_VISIBILITY_MILLISECONDS),
      true,
    );
    this.receivers.wake();
  }

  purge(): void {
    for (const entry of this.entries.values()) this.remove(entry);
  }

  /** How many are visible, in flight and delayed. */
  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    for (const entry of this.entries.values()) if (this.isExpired(entry)) this.remove(entry);
    const hidden = [...this.entries.values()].map((entry) => entry.hidden);
    const inFlight = hidden.filter((one) => one?.inFlight === true).length;
    const delayed = hidden.filter((one) => one?.inFlight === false).length;
    return { visible: hidden.length - inFlight - delayed, inFlight, delayed };
  }

  /** Takes a message in without telling the observer: one of an earlier run, or one moved from another queue. */
  restore(message: Message, visibleAt: number, receiveCount = 0): void {
    const entry: Entry = { message, receiveCount, firstReceivedAt: 0 };
    this.entries.set(message.messageId, entry);
    if (this.settings.fifo) {
      const groupId = message.groupId ?? '';
      const group = this.groups.get(groupId) ?? new Map<string, Entry>();
      group.set(message.messageId, entry);
      this.groups.set(groupId, group);
      this.remember(message);
    }
    if (visibleAt > this.clock.now()) this.hide(entry, visibleAt, false);
  }

  /** Counts a message as sent for the deduplication window, though it is gone already. */
  remember(message: Message): void {
    const { deduplicationId, messageId, sequenceNumber = '0' } = message;
    if (BigInt(sequenceNumber) > this.lastSequence) this.lastSequence = BigInt(sequenceNumber);
    if (deduplicationId === undefined || message.deadLetterSourceArn !== undefined) return;
    const key = deduplicationKey(this.settings, deduplicationId, message.groupId);
    this.deduplication.remember(key, { messageId, sequenceNumber }, message.sentAt);
  }

  /** Ends every wait with nothing, and every timer. */
  close(): void {
    for (const entry of this.entries.values()) entry.hidden?.cancel();
    this.receivers.close();
  }

  private take(maximum: number, visibilityMilliseconds: number): ReceivedMessage[] {
    const taken: ReceivedMessage[] = [];
    if (!this.settings.fifo) {
      this.takeFrom(this.entries, taken, maximum, visibilityMilliseconds);
      return taken;
    }
    for (const [groupId, group] of this.groups) {
      if (taken.length === maximum) break;
      if (isBlocked(group)) continue;
      const before = taken.length;
      this.takeFrom(group, taken, maximum, visibilityMilliseconds);
      if (taken.length === before || group.size === 0) continue;
      // Behind the other groups, so that a busy one does not keep them waiting.
      this.groups.delete(groupId);
      this.groups.set(groupId, group);
    }
    return taken;
  }

  private takeFrom(
    entries: ReadonlyMap<string, Entry>,
    taken: ReceivedMessage[],
    maximum: number,
    visibilityMilliseconds: number,
  ): void {
    for (const entry of entries.values()) {
      if (taken.length === maximum) return;
      if (entry.hidden !== undefined) {
        // In an unblocked group only a delayed message can be met here: what is behind it waits.
        if (this.settings.fifo) return;
        continue;
      }
      if (this.isExpired(entry)) this.remove(entry);
      else if (!this.moveToDeadLetters(entry))
        taken.push(this.handOut(entry, visibilityMilliseconds));
    }
  }

  private handOut(entry: Entry, visibilityMilliseconds: number): ReceivedMessage {
    const now = this.clock.now();
    entry.receiveCount += 1;
    if (entry.firstReceivedAt === 0) entry.firstReceivedAt = now;
    const receiptHandle = newReceiptHandle(entry.message.messageId);
    entry.receiptHandle = receiptHandle;
    this.hide(entry, now + visibilityMilliseconds, true);
    const { message, receiveCount, firstReceivedAt } = entry;
    return { message, receiptHandle, receiveCount, firstReceivedAt };
  }

  private moveToDeadLetters(entry: Entry): boolean {
    const { redrive } = this.settings;
    if (redrive === undefined || entry.receiveCount < redrive.maxReceiveCount) return false;
    const target = this.deadLetterQueue(redrive.targetArn);
    if (target === undefined || target === this) return false;
    target.adopt(entry.message, this.identity.arn, entry.receiveCount);
    this.remove(entry);
    return true;
  }

  /** A standard queue keeps the time of the first send (retention counts from there), a FIFO queue starts anew. */
  private adopt(message: Message, sourceArn: string, receiveCount: number): void {
    const now = this.clock.now();
    const moved: Message = {
      ...message,
      deadLetterSourceArn: sourceArn,
      ...(this.settings.fifo ? { sentAt: now, sequenceNumber: this.nextSequenceNumber() } : {}),
    };
    this.observer.sent(this, moved, now);
    this.restore(moved, now, receiveCount);
    this.receivers.wake();
  }

  private hide(entry: Entry, until: number, inFlight: boolean): void {
    entry.hidden?.cancel();
    const wait = until - this.clock.now();
    if (wait <= 0) {
      delete entry.hidden;
      return;
    }
    const cancel = this.clock.after(wait, () => {
      delete entry.hidden;
      this.receivers.wake();
    });
    entry.hidden = { until, inFlight, cancel };
  }

  private remove(entry: Entry): void {
    const { messageId, groupId = '' } = entry.message;
    this.observer.removed(this, messageId);
    entry.hidden?.cancel();
    this.entries.delete(messageId);
    const group = this.groups.get(groupId);
    group?.delete(messageId);
    if (group?.size === 0) this.groups.delete(groupId);
  }

  private isExpired(entry: Entry): boolean {
    return entry.message.sentAt + this.settings.retentionMilliseconds <= this.clock.now();
  }

  /** Grows with the clock, so that it goes on growing after a restart. */
  private nextSequenceNumber(): string {
    const byTime = BigInt(this.clock.now()) << 20n;
    this.lastSequence = byTime > this.lastSequence ? byTime : this.lastSequence + 1n;
    return this.lastSequence.toString().padStart(20, '0');
  }
}

function isBlocked(group: ReadonlyMap<string, Entry>): boolean {
  for (const entry of group.values()) {
    if (entry.hidden?.inFlight === true) return true;
  }
  return false;
}
