import type {
  Batch,
  Change,
  ChangeFailure,
  Committed,
  Consistency,
  ConversationStore,
  EventPage,
  EventRange,
  EventRow,
  Head,
  Info,
  LocalRow,
  Member,
  MemberCursor,
  MemberUpdated,
  MessageEvent,
  Moved,
  NumberTaken,
  Reaction,
} from '../../lambdas/core/ports.ts';
import { MOST_LEAVING } from '../../lambdas/core/ports.ts';
import { batchOf } from './batch-of.ts';
import { frozen } from './frozen.ts';
import { gated, OPEN_GATES } from './gates.ts';
import type { Gates, PortCall } from './gates.ts';
import type { MemoryUserStore } from './user-store.ts';

/** More parts than that are refused, as by `TransactWriteItems`. */
const MOST_CHANGES = 100;

export interface MemoryConversationStoreOptions {
  readonly gates?: Gates;
  /** A batch read looks at this many keys and leaves the rest unprocessed. */
  readonly batchSize?: number;
  /** A page holds at most so many rows, whatever limit was asked for. */
  readonly pageSize?: number;
  /** Whether an eventually consistent read of this head misses its last change. Never by default. */
  readonly stale?: (conversationId: string) => boolean;
}

interface Conversation {
  head: Head | undefined;
  /** The head before its last change. */
  staleHead: Head | undefined;
  owners: readonly string[] | undefined;
  info: Info | undefined;
  readonly members: Map<string, Member>;
  readonly events: Map<number, EventRow>;
  readonly locals: Map<string, LocalRow>;
}

/** The Conversations table. Its transactions reach into the Users table, so it holds that store. */
export class MemoryConversationStore implements ConversationStore {
  readonly #users: MemoryUserStore;
  readonly #gates: Gates;
  readonly #batchSize: number;
  readonly #pageSize: number;
  readonly #stale: (conversationId: string) => boolean;
  #conversations = new Map<string, Conversation>();

  constructor(
    users: MemoryUserStore,
    {
      gates = OPEN_GATES,
      batchSize = Number.POSITIVE_INFINITY,
      pageSize = Number.POSITIVE_INFINITY,
      stale = () => false,
    }: MemoryConversationStoreOptions = {},
  ) {
    this.#users = users;
    this.#gates = gates;
    this.#batchSize = batchSize;
    this.#pageSize = pageSize;
    this.#stale = stale;
  }

  getHead(conversationId: string): Promise<Head | undefined> {
    return this.#call('getHead', [conversationId], () => this.headOf(conversationId));
  }

  getHeads(conversationIds: readonly string[], consistency: Consistency): Promise<Batch<Head>> {
    return this.#call('getHeads', [conversationIds, consistency], () =>
      batchOf(conversationIds, this.#batchSize, (conversationId) =>
        consistency === 'eventual' && this.#stale(conversationId)
          ? this.#conversations.get(conversationId)?.staleHead
          : this.headOf(conversationId),
      ),
    );
  }

  getMember(conversationId: string, userId: string): Promise<Member | undefined> {
    return this.#call('getMember', [conversationId, userId], () =>
      this.#conversations.get(conversationId)?.members.get(userId),
    );
  }

  getMemberships(userId: string, conversationIds: readonly string[]): Promise<Batch<Member>> {
    return this.#call('getMemberships', [userId, conversationIds], () =>
      batchOf(conversationIds, this.#batchSize, (conversationId) =>
        this.#conversations.get(conversationId)?.members.get(userId),
      ),
    );
  }

  getMembers(conversationId: string, userIds: readonly string[]): Promise<Batch<Member>> {
    return this.#call('getMembers', [conversationId, userIds], () =>
      batchOf(userIds, this.#batchSize, (userId) =>
        this.#conversations.get(conversationId)?.members.get(userId),
      ),
    );
  }

  listMembers(
    conversationId: string,
    after?: string,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<{ members: readonly Member[]; next?: string }> {
    return this.#call('listMembers', [conversationId, after, limit], () => {
      const rest = this.membersOf(conversationId).filter(
        (member) => after === undefined || member.userId > after,
      );
      const size = Math.min(limit, this.#pageSize);
      const members = rest.slice(0, size);
      const last = members.at(-1);
      // As DynamoDB does: a page that is full says to go on, even if nothing more is there.
      return last && members.length === size ? { members, next: last.userId } : { members };
    });
  }

  advanceCursor(member: Member, cursor: MemberCursor, seq: number): Promise<MemberUpdated> {
    return this.#call('advanceCursor', [member, cursor, seq], () =>
      this.#updateMember(member, (there) => {
        if (there[cursor] >= seq) return undefined;
        const { unreadMark: _, ...unmarked } = there;
        return { ...(cursor === 'readSeq' ? unmarked : there), [cursor]: seq };
      }),
    );
  }

  setUnreadMark(member: Member, seq: number | undefined): Promise<MemberUpdated> {
    return this.#call('setUnreadMark', [member, seq], () =>
      this.#updateMember(member, (there) => {
        const { unreadMark: _, ...unmarked } = there;
        return seq === undefined ? unmarked : { ...there, unreadMark: seq };
      }),
    );
  }

  startTyping(member: Member, now: number, notAfter: number): Promise<MemberUpdated> {
    return this.#call('startTyping', [member, now, notAfter], () =>
      this.#updateMember(member, (there) =>
        (there.typingAt ?? -Infinity) <= notAfter ? { ...there, typingAt: now } : undefined,
      ),
    );
  }

  stopTyping(member: Member, since: number): Promise<MemberUpdated> {
    return this.#call('stopTyping', [member, since], () =>
      this.#updateMember(member, (there) => {
        const { typingAt = -Infinity, typingEnded = -Infinity } = there;
        const isOn = typingAt > since && typingEnded < typingAt;
        return isOn ? { ...there, typingEnded: typingAt } : undefined;
      }),
    );
  }

  setMutedUntil(member: Member, until: number | undefined): Promise<MemberUpdated> {
    return this.#call('setMutedUntil', [member, until], () =>
      this.#updateMember(member, (there) => {
        const { mutedUntil: _, ...unmuted } = there;
        return until === undefined ? unmuted : { ...there, mutedUntil: until };
      }),
    );
  }

  takeNumber(conversationId: string, userId: string, now: number): Promise<NumberTaken> {
    return this.#call('takeNumber', [conversationId, userId, now], () => {
      const head = this.headOf(conversationId);
      if (!head) {
        return { taken: false };
      }
      if (isShut(head) || isLeaving(head, userId, now)) {
        return { taken: false, head };
      }
      return { taken: true, head: this.#setHead({ ...head, seq: head.seq + 1, takenAt: now }) };
    });
  }

  takeNumberToRemove(
    conversationId: string,
    userId: string,
    leaverId: string,
    now: number,
    until: number,
  ): Promise<NumberTaken> {
    const args = [conversationId, userId, leaverId, now, until];
    return this.#call('takeNumberToRemove', args, () => {
      const head = this.headOf(conversationId);
      if (!head) {
        return { taken: false };
      }
      const marks = Object.keys(head.leaving);
      const isFull = marks.length >= MOST_LEAVING && !marks.includes(leaverId);
      const isHeldBack = userId !== leaverId && isLeaving(head, userId, now);
      if (isShut(head) || isFull || isHeldBack) {
        return { taken: false, head };
      }
      const leaving = withMark(head.leaving, leaverId, until);
      return {
        taken: true,
        head: this.#setHead({ ...head, leaving, seq: head.seq + 1, takenAt: now }),
      };
    });
  }

  takeLastNumber(conversationId: string, userId: string, now: number): Promise<NumberTaken> {
    return this.#call('takeLastNumber', [conversationId, userId, now], () => {
      const head = this.headOf(conversationId);
      if (!head) {
        return { taken: false };
      }
      if (isShut(head) || isLeaving(head, userId, now)) {
        return { taken: false, head };
      }
      const seq = head.seq + 1;
      return { taken: true, head: this.#setHead({ ...head, seq, takenAt: now, closing: seq }) };
    });
  }

  reopen(conversationId: string, seq: number): Promise<void> {
    return this.#call('reopen', [conversationId, seq], () => {
      const head = this.headOf(conversationId);
      if (head && !head.closed && head.closing === seq) {
        const { closing: _closing, ...open } = head;
        this.#setHead(open);
      }
    });
  }

  clearLeaving(conversationId: string, userId: string, until: number): Promise<void> {
    return this.#call('clearLeaving', [conversationId, userId, until], () => {
      const head = this.headOf(conversationId);
      if (head && new Map(Object.entries(head.leaving)).get(userId) === until) {
        this.#setHead({ ...head, leaving: withMark(head.leaving, userId, undefined) });
      }
    });
  }

  close(conversationId: string, seq: number): Promise<boolean> {
    return this.#call('close', [conversationId, seq], () => {
      const head = this.headOf(conversationId);
      if (head?.seq === seq) {
        this.#setHead({ ...head, closed: true });
      }
      return this.headOf(conversationId)?.closed ?? false;
    });
  }

  getOwners(conversationId: string): Promise<readonly string[] | undefined> {
    return this.#call('getOwners', [conversationId], () => this.ownersOf(conversationId));
  }

  getInfo(conversationId: string): Promise<Info | undefined> {
    return this.#call('getInfo', [conversationId], () => this.infoOf(conversationId));
  }

  showInfo(info: Info): Promise<void> {
    return this.#call('showInfo', [info], () => {
      const { conversationId, name, history, lastSeq } = info;
      const head = this.headOf(conversationId);
      if (head && (head.infoSeq ?? 0) < lastSeq) {
        this.#setHead({ ...head, name, history, infoSeq: lastSeq });
      }
    });
  }

  advanceFanOut(conversationId: string, seq: number): Promise<void> {
    return this.#call('advanceFanOut', [conversationId, seq], () => {
      const head = this.headOf(conversationId);
      if (head && head.fanOutSeq < seq) {
        this.#setHead({ ...head, fanOutSeq: seq });
      }
    });
  }

  getLocal(
    conversationId: string,
    senderId: string,
    localId: string,
  ): Promise<LocalRow | undefined> {
    return this.#call('getLocal', [conversationId, senderId, localId], () =>
      this.localOf(conversationId, senderId, localId),
    );
  }

  putLocal(row: LocalRow): Promise<LocalRow | undefined> {
    return this.#call('putLocal', [row], () => {
      const there = this.localOf(row.conversationId, row.senderId, row.localId);
      if (!there) {
        this.#setLocal(row);
      }
      return there;
    });
  }

  moveLocal(row: LocalRow, fromSeq: number): Promise<Moved> {
    return this.#call('moveLocal', [row, fromSeq], () => {
      const there = this.localOf(row.conversationId, row.senderId, row.localId);
      if (!there) {
        return { moved: false };
      }
      if (!('seq' in there.outcome) || there.outcome.seq !== fromSeq) {
        return { moved: false, row: there };
      }
      this.#setLocal(row);
      return { moved: true };
    });
  }

  getEvent(conversationId: string, seq: number): Promise<EventRow | undefined> {
    return this.#call('getEvent', [conversationId, seq], () =>
      this.#conversations.get(conversationId)?.events.get(seq),
    );
  }

  getEvents(conversationId: string, seqs: readonly number[]): Promise<Batch<EventRow, number>> {
    return this.#call('getEvents', [conversationId, seqs], () =>
      batchOf(seqs, this.#batchSize, (seq) =>
        this.#conversations.get(conversationId)?.events.get(seq),
      ),
    );
  }

  putEvent(event: EventRow): Promise<EventRow | undefined> {
    return this.#call('putEvent', [event], () => {
      const { events } = this.#conversation(event.conversationId);
      const there = events.get(event.seq);
      if (!there) {
        events.set(event.seq, frozen(event));
      }
      return there;
    });
  }

  setReaction(
    conversationId: string,
    messageSeq: number,
    reaction: Reaction,
  ): Promise<MessageEvent | undefined> {
    return this.#call('setReaction', [conversationId, messageSeq, reaction], () => {
      const message = this.#messageAt({ conversationId, messageSeq });
      if (message === undefined) return undefined;
      const { reactions = [] } = message;
      const isOfSame = ({ emoji, userId }: Reaction): boolean =>
        emoji === reaction.emoji && userId === reaction.userId;
      const there = reactions.find(isOfSame);
      if (there === undefined || there.seq <= reaction.seq) {
        const others = reactions.filter((one) => !isOfSame(one));
        const bySeq = [...others, reaction].toSorted((one, other) => one.seq - other.seq);
        this.#setEvent({ ...message, reactions: bySeq });
      }
      return this.#messageAt({ conversationId, messageSeq });
    });
  }

  listEvents(range: EventRange): Promise<EventPage> {
    return this.#call('listEvents', [range], () => {
      const { conversationId, from, to, newestFirst } = range;
      const ascending = this.eventsOf(conversationId).filter(
        (event) => event.seq >= from && event.seq <= to,
      );
      const inOrder = newestFirst ? ascending.toReversed() : ascending;
      const limit = Math.min(range.limit, this.#pageSize);
      const events = inOrder.slice(0, limit);
      const last = events.at(-1);
      // As DynamoDB does: a page that is full says to go on, even if nothing more is there.
      if (!last || events.length < limit) {
        return { events };
      }
      const next = newestFirst ? last.seq - 1 : last.seq + 1;
      return next < from || next > to ? { events } : { events, next };
    });
  }

  commit(changes: readonly Change[]): Promise<Committed> {
    return this.#call('commit', [changes], () => {
      refuseImpossible(changes);
      const failures = changes.map((change): ChangeFailure | undefined =>
        this.#holds(change) ? undefined : 'condition',
      );
      if (failures.some((failure) => failure !== undefined)) {
        return { committed: false, failures };
      }
      for (const change of changes) {
        this.#apply(change);
      }
      return { committed: true };
    });
  }

  // ── What a test sees, without a call ───────────────────────────────────────────────────────────

  headOf(conversationId: string): Head | undefined {
    return this.#conversations.get(conversationId)?.head;
  }

  ownersOf(conversationId: string): readonly string[] | undefined {
    return this.#conversations.get(conversationId)?.owners;
  }

  infoOf(conversationId: string): Info | undefined {
    return this.#conversations.get(conversationId)?.info;
  }

  /** In the order of their ids. */
  membersOf(conversationId: string): readonly Member[] {
    const members = this.#conversations.get(conversationId)?.members.values() ?? [];
    return [...members].toSorted((one, other) => (one.userId < other.userId ? -1 : 1));
  }

  /** By seq. */
  eventsOf(conversationId: string): readonly EventRow[] {
    const events = this.#conversations.get(conversationId)?.events.values() ?? [];
    return [...events].toSorted((one, other) => one.seq - other.seq);
  }

  localOf(conversationId: string, senderId: string, localId: string): LocalRow | undefined {
    return this.#conversations.get(conversationId)?.locals.get(localKey(senderId, localId));
  }

  /** Every conversation that there is a row of. */
  get conversationIds(): readonly string[] {
    return [...this.#conversations.keys()];
  }

  /** Takes the table as it stands; what it answers puts everything back to that. */
  snapshot(): () => void {
    const copy = copyOf(this.#conversations);
    return () => {
      this.#conversations = copyOf(copy);
    };
  }

  /** What TTL does, if late: deletes idempotency rows that have expired. */
  sweep(now: number): void {
    for (const { locals } of this.#conversations.values()) {
      for (const [key, { expiresAt }] of locals) if (expiresAt * 1_000 < now) locals.delete(key);
    }
  }

  // ── The tables ─────────────────────────────────────────────────────────────────────────────────

  #call<Result>(
    method: PortCall['method'],
    args: readonly unknown[],
    effect: () => Result,
  ): Promise<Result> {
    return gated(this.#gates, { port: 'conversations', method, args }, effect);
  }

  #conversation(conversationId: string): Conversation {
    const there = this.#conversations.get(conversationId);
    if (there) {
      return there;
    }
    const made: Conversation = {
      head: undefined,
      staleHead: undefined,
      owners: undefined,
      info: undefined,
      members: new Map(),
      events: new Map(),
      locals: new Map(),
    };
    this.#conversations.set(conversationId, made);
    return made;
  }

  #setHead(head: Head): Head {
    const conversation = this.#conversation(head.conversationId);
    conversation.staleHead = conversation.head;
    conversation.head = frozen(head);
    return conversation.head;
  }

  #setLocal(row: LocalRow): void {
    const { locals } = this.#conversation(row.conversationId);
    locals.set(localKey(row.senderId, row.localId), frozen(row));
  }

  #setMember(member: Member): Member {
    const row = frozen(member);
    this.#conversation(member.conversationId).members.set(member.userId, row);
    return row;
  }

  #setEvent(event: EventRow): void {
    this.#conversation(event.conversationId).events.set(event.seq, frozen(event));
  }

  #messageAt({
    conversationId,
    messageSeq,
  }: {
    readonly conversationId: string;
    readonly messageSeq: number;
  }): MessageEvent | undefined {
    const event = this.#conversations.get(conversationId)?.events.get(messageSeq);
    return event?.type === 'message' ? event : undefined;
  }

  /** If the stay that was read goes on, and the change is one. */
  #updateMember(read: Member, change: (there: Member) => Member | undefined): MemberUpdated {
    const there = this.#memberLike(read);
    if (!there) {
      return { updated: false };
    }
    const changed = isSameStay(there, read) ? change(there) : undefined;
    return changed
      ? { updated: true, member: this.#setMember(changed) }
      : { updated: false, member: there };
  }

  #memberLike({
    conversationId,
    userId,
  }: Pick<Member, 'conversationId' | 'userId'>): Member | undefined {
    return this.#conversations.get(conversationId)?.members.get(userId);
  }

  #holds(change: Change): boolean {
    switch (change.kind) {
      case 'create_head':
        return this.headOf(change.head.conversationId) === undefined;
      case 'create_owners':
        return this.ownersOf(change.conversationId) === undefined;
      case 'put_event': {
        const { conversationId, seq } = change.event;
        return !this.#conversations.get(conversationId)?.events.has(seq);
      }
      case 'create_member':
        return this.#memberLike(change.member) === undefined;
      case 'replace_member':
        return this.#memberLike(change.member)?.lastSeq === change.previousSeq;
      case 'check_member':
        return this.#memberLike(change)?.lastSeq === change.lastSeq;
      case 'edit_message':
      case 'delete_message': {
        const message = this.#messageAt(change);
        return message !== undefined && !message.deleted && lastSeqOf(message) < change.seq;
      }
      case 'put_info':
        return this.infoOf(change.info.conversationId)?.lastSeq === change.previousSeq;
      case 'replace_owners': {
        const owners = this.ownersOf(change.conversationId);
        return owners !== undefined && isSameSet(owners, change.previous);
      }
      case 'put_user_conversation':
      case 'delete_user_conversation':
        return true;
    }
  }

  #apply(change: Change): void {
    switch (change.kind) {
      case 'create_head':
        this.#setHead(change.head);
        return;
      case 'create_owners':
      case 'replace_owners':
        this.#conversation(change.conversationId).owners = frozen(change.owners);
        return;
      case 'check_member':
        return;
      case 'put_info':
        this.#conversation(change.info.conversationId).info = frozen(change.info);
        return;
      case 'put_event':
        this.#setEvent(change.event);
        return;
      case 'create_member':
        this.#setMember(change.member);
        return;
      case 'replace_member': {
        const { role, stays, lastSeq } = change.member;
        const there = this.#memberLike(change.member);
        if (there) this.#setMember({ ...there, role, stays, lastSeq });
        return;
      }
      case 'edit_message': {
        const message = this.#messageAt(change);
        if (message) this.#setEvent({ ...message, ...change.edit, lastSeq: change.seq });
        return;
      }
      case 'delete_message': {
        const message = this.#messageAt(change);
        if (message === undefined) return;
        const { replyTo: _replyTo, editedAt: _editedAt, attachments: _files, ...rest } = message;
        this.#setEvent({
          ...rest,
          content: '',
          contentType: 'text/plain',
          deleted: true,
          removed: change.removed,
          lastSeq: change.seq,
        });
        return;
      }
      case 'put_user_conversation':
        this.#users.putConversation(change.row);
        return;
      case 'delete_user_conversation':
        this.#users.deleteConversation(change.userId, change.conversationId);
    }
  }
}

/** Whether the last stay of a row that was read is still the last, and goes on. */
function isSameStay(there: Member, read: Member): boolean {
  const last = there.stays.at(-1);
  return (
    there.stays.length === read.stays.length &&
    last?.joined === read.stays.at(-1)?.joined &&
    last?.left === undefined
  );
}

/** A mark that has run out holds nobody back. */
/** Whether nobody gets a number, whoever it is. */
function isShut(head: Head): boolean {
  return head.closed || head.closing !== undefined;
}

function isLeaving(head: Head, userId: string, now: number): boolean {
  const until = Object.hasOwn(head.leaving, userId) ? head.leaving[userId] : undefined;
  return until !== undefined && until > now;
}

/** The rows themselves are frozen and may be shared. */
function copyOf(conversations: ReadonlyMap<string, Conversation>): Map<string, Conversation> {
  const copies = [...conversations].map(([id, conversation]): [string, Conversation] => {
    const { members, events, locals } = conversation;
    return [
      id,
      {
        ...conversation,
        members: new Map(members),
        events: new Map(events),
        locals: new Map(locals),
      },
    ];
  });
  return new Map(copies);
}

/** A copy of the marks with this one set, or without it. No prototype: a user may be called `__proto__`. */
function withMark(leaving: Head['leaving'], userId: string, until: number | undefined) {
  const others = Object.entries(leaving).filter(([name]) => name !== userId);
  return Object.fromEntries(until === undefined ? others : [...others, [userId, until]]);
}

function lastSeqOf({ seq, lastSeq = seq }: MessageEvent): number {
  return lastSeq;
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value) => other.includes(value));
}

function localKey(senderId: string, localId: string): string {
  return `${senderId} ${localId}`;
}

/** What `TransactWriteItems` calls a `ValidationException`: a mistake in the program, not a fact. */
function refuseImpossible(changes: readonly Change[]): void {
  if (changes.length === 0 || changes.length > MOST_CHANGES) {
    throw new RangeError(
      `unable to commit ${changes.length} changes; a transaction takes 1 to ${MOST_CHANGES}`,
    );
  }
  if (new Set(changes.map(rowOf)).size < changes.length) {
    throw new TypeError('unable to commit; two changes are about one row');
  }
  if (changes.some((change) => 'owners' in change && change.owners.length === 0)) {
    throw new TypeError('unable to commit; DynamoDB knows no empty set of owners');
  }
}

function rowOf(change: Change): string {
  switch (change.kind) {
    case 'create_head':
      return `head ${change.head.conversationId}`;
    case 'create_owners':
    case 'replace_owners':
      return `owners ${change.conversationId}`;
    case 'put_info':
      return `info ${change.info.conversationId}`;
    case 'check_member':
      return `member ${change.conversationId} ${change.userId}`;
    case 'edit_message':
    case 'delete_message':
      return `event ${change.conversationId} ${change.messageSeq}`;
    case 'put_event':
      return `event ${change.event.conversationId} ${change.event.seq}`;
    case 'create_member':
    case 'replace_member':
      return `member ${change.member.conversationId} ${change.member.userId}`;
    case 'put_user_conversation':
      return `user ${change.row.userId} ${change.row.conversationId}`;
    case 'delete_user_conversation':
      return `user ${change.userId} ${change.conversationId}`;
  }
}
