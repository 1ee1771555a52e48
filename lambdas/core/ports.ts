/**
 * What the chat needs of the world. One method is one AWS call, so a kill between two calls of a port is
 * a kill between two AWS calls.
 *
 * Every method may throw {@link Unavailable}: the call failed or its outcome is unknown. A write that
 * threw may have happened.
 */
import type { SettableLimits } from '../../protocol/settable-limits.ts';
import type { AttachmentStore } from './attachment-store.ts';
import type { Change, Committed } from './changes.ts';
import type { CheckedToken } from './check-token.ts';
import type { EventRow, Head, Info, LocalRow, Member, MessageEvent, Reaction } from './rows.ts';
import type { UserStore } from './user-store.ts';

/** The rows are what the ports take and give, and changes what is done to them: whoever has the ports has them. */
export type * from './changes.ts';
export type * from './rows.ts';
export type * from './attachment-store.ts';
export type * from './user-store.ts';

/** Throttled, timed out, or failed on the other side: the call may or may not have had its effect. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

export interface ConversationStore {
  /** Consistent. */
  getHead(conversationId: string): Promise<Head | undefined>;
  /** Up to 100 heads; eventually consistent ones are for hints only. What could not be read now is `unprocessed`. */
  getHeads(conversationIds: readonly string[], consistency: Consistency): Promise<Batch<Head>>;
  /** Consistent. */
  getMember(conversationId: string, userId: string): Promise<Member | undefined>;
  /** The user's member rows in up to 100 conversations; consistent. */
  getMemberships(userId: string, conversationIds: readonly string[]): Promise<Batch<Member>>;
  /** The rows of up to 100 users in a conversation, former members too; consistent. */
  getMembers(conversationId: string, userIds: readonly string[]): Promise<Batch<Member>>;
  /**
   * A page of the members, at most `limit` (default: as many as fit 1 MB), in the order of their ids; consistent.
   * A page may be empty and yet have a `next`.
   */
  listMembers(
    conversationId: string,
    after?: string,
    limit?: number,
  ): Promise<{ members: readonly Member[]; next?: string }>;

  /**
   * Sets a cursor of the member if it is lower, and if the stay that was read is still its last and goes on. What
   * is read loses the marker of being unread in the same update.
   */
  advanceCursor(member: Member, cursor: MemberCursor, seq: number): Promise<MemberUpdated>;
  /** Sets the member's `unreadMark`, or takes it away, if the stay that was read is still its last and goes on. */
  setUnreadMark(member: Member, seq: number | undefined): Promise<MemberUpdated>;
  /** Sets the member's `mutedUntil`, or takes it away, if the stay that was read is still its last and goes on. */
  setMutedUntil(member: Member, until: number | undefined): Promise<MemberUpdated>;
  /**
   * Sets the member's `typingAt` to `now` unless it is later than `notAfter`, and if the stay that was read is still
   * its last and goes on.
   */
  startTyping(member: Member, now: number, notAfter: number): Promise<MemberUpdated>;
  /**
   * Sets the member's `typingEnded` to its `typingAt`, if that is later than `since` and not ended yet, and if the
   * stay that was read is still its last and goes on.
   */
  stopTyping(member: Member, since: number): Promise<MemberUpdated>;

  /**
   * Adds 1 to the head's `seq` and sets `takenAt`, on condition that the head exists, is neither closed nor
   * closing, and does not list the user as leaving. Not taken: the head as it stands, if there is one.
   */
  takeNumber(conversationId: string, userId: string, now: number): Promise<NumberTaken>;
  /**
   * As `takeNumber`, and marks `leaverId` as leaving until then in the same update, so that from this number
   * on nobody by that name gets another. Who leaves by itself is not held back by a mark of its own. Not taken,
   * too, if there are eight marks of others.
   */
  takeNumberToRemove(
    conversationId: string,
    userId: string,
    leaverId: string,
    now: number,
    until: number,
  ): Promise<NumberTaken>;
  /** As `takeNumber`, and marks the head as `closing` with this number in the same update: nobody gets a later one. */
  takeLastNumber(conversationId: string, userId: string, now: number): Promise<NumberTaken>;
  /** Takes the mark off again, if it still says `seq` and the conversation is not closed. */
  reopen(conversationId: string, seq: number): Promise<void>;
  /** Takes a user's mark off the head, if it still says `until`. */
  clearLeaving(conversationId: string, userId: string, until: number): Promise<void>;
  /** Closes the conversation, if `seq` is still the last number taken. Answers whether it is closed now. */
  close(conversationId: string, seq: number): Promise<boolean>;
  /** The ids of the owners; consistent. */
  getOwners(conversationId: string): Promise<readonly string[] | undefined>;
  /** Consistent. */
  getInfo(conversationId: string): Promise<Info | undefined>;
  /** Puts the name and the history of an `INFO` on the head, unless it shows them as of that update or a later one. */
  showInfo(info: Info): Promise<void>;
  /** Sets the head's `fanOutSeq` if it is lower. */
  advanceFanOut(conversationId: string, seq: number): Promise<void>;

  /** Consistent. */
  getLocal(
    conversationId: string,
    senderId: string,
    localId: string,
  ): Promise<LocalRow | undefined>;
  /** Writes the row if there is none. Answers the one that was there, if any. */
  putLocal(row: LocalRow): Promise<LocalRow | undefined>;
  /** Replaces the row if it still stands at `fromSeq`. Answers the one that was there if it does not. */
  moveLocal(row: LocalRow, fromSeq: number): Promise<Moved>;

  /** Consistent. */
  getEvent(conversationId: string, seq: number): Promise<EventRow | undefined>;
  /** Up to 100 events of a log, by their numbers; consistent, each for itself. */
  getEvents(conversationId: string, seqs: readonly number[]): Promise<Batch<EventRow, number>>;
  /** Writes the event if its slot is empty. Answers the one that was there, if any. */
  putEvent(event: EventRow): Promise<EventRow | undefined>;
  /**
   * Says of a message what became of a user's emoji, if its row says nothing later of that. Answers the message as
   * it is then, if there is one.
   */
  setReaction(
    conversationId: string,
    messageSeq: number,
    reaction: Reaction,
  ): Promise<MessageEvent | undefined>;
  /** Events of `from..to` (both included), at most `limit`; consistent. A page may be empty and yet have a `next`. */
  listEvents(range: EventRange): Promise<EventPage>;

  /** All of it or nothing (`TransactWriteItems`, at most 100 changes). */
  commit(changes: readonly Change[]): Promise<Committed>;
}

export type Consistency = 'consistent' | 'eventual';

/** What a batch read found, by conversation (or user, or number), and what it could not look at now. */
export interface Batch<Row, Name = string> {
  readonly found: ReadonlyMap<Name, Row>;
  readonly unprocessed: readonly Name[];
}

export type NumberTaken =
  { readonly taken: true; readonly head: Head } | { readonly taken: false; readonly head?: Head };

export type MemberCursor = 'readSeq' | 'deliveredSeq';

/** The row as it is now; where nothing was updated, if there is one. */
export type MemberUpdated =
  | { readonly updated: true; readonly member: Member }
  | { readonly updated: false; readonly member?: Member };

export type Moved = { readonly moved: true } | { readonly moved: false; readonly row?: LocalRow };

export interface EventRange {
  readonly conversationId: string;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly newestFirst: boolean;
}

export interface EventPage {
  readonly events: readonly EventRow[];
  /** The read stopped early, before (or, newest first, after) this seq: go on from there. */
  readonly next?: number;
}

/** So many members can be leaving a conversation at once; a mark lasts a minute. */
export const MOST_LEAVING = 8;

/** What a user does is counted in slices of three seconds, over a minute and the slice that has begun. */
export const RATE_SLICE_MS = 3_000;
export const RATE_SLICES = 20;

/** Tells the fan-out worker that a conversation has news up to `seq`. */
export interface FanOutQueue {
  nudge(conversationId: string, seq: number): Promise<void>;
}

/** A nudge in the worker's hand. */
export interface NudgeReceipts {
  /** Lets the nudge come back after `seconds`. */
  giveBack(receiptHandle: string, seconds: number): Promise<void>;
}

/** What became of a post: a fact about that connection, never an exception. */
export type PostOutcome =
  | 'sent'
  /** 410: closed, or not open yet. */
  | 'gone'
  /** 429: the account's rate, or this client's buffer is full. */
  | 'limited'
  /** 5xx or a time-out. */
  | 'failed'
  /** 403: a missing permission or the wrong endpoint. */
  | 'forbidden'
  /** 400 or 413: this frame can never be delivered there. */
  | 'rejected';

export interface Connections {
  post(connectionId: string, frame: string): Promise<PostOutcome>;
  close(connectionId: string): Promise<PostOutcome>;
}

export interface Clock {
  /** Server time, milliseconds since 1970. */
  now(): number;
}

export interface Random {
  /** A fraction of at least 0 and under 1. */
  fraction(): number;
  /** A new id of 128 random bits: 22 characters of `A-Za-z0-9_-`. */
  id(): string;
}

export interface Timer {
  sleep(milliseconds: number): Promise<void>;
}

/** Structured log lines: ids and numbers only, never a body or a token. */
export interface Log {
  write(level: 'info' | 'warn' | 'error', event: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** What of the settings the chat itself needs. */
export interface ChatSettings {
  /** Raised by the restore runbook; part of every epoch. */
  readonly generation: number;
  /** The largest file that may be attached, in bytes. */
  readonly attachmentBytes: number;
  readonly limits: SettableLimits;
}

/** The tokens of the team's issuer. */
export interface TokenChecker {
  /** Who a token is of, and until when it is good. It may ask the issuer for its keys. */
  check(token: string): Promise<CheckedToken>;
}

/** Everything together, as an action gets it. */
export interface Ports {
  readonly conversations: ConversationStore;
  readonly users: UserStore;
  readonly attachments: AttachmentStore;
  readonly queue: FanOutQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly timer: Timer;
  readonly log: Log;
  readonly settings: ChatSettings;
}

/** What the fan-out worker needs besides. */
export interface FanOutPorts extends Omit<Ports, 'queue' | 'attachments'> {
  readonly connections: Connections;
}

/** What the signals need: they post by themselves, past the queue. */
export type SignalPorts = FanOutPorts;

/** What it takes to say who a client is. */
export interface IdentityPorts extends Pick<
  FanOutPorts,
  'users' | 'connections' | 'clock' | 'log' | 'settings'
> {
  readonly tokens: TokenChecker;
}
