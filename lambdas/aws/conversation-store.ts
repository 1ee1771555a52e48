import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type {
  Batch,
  Change,
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
  MessageEvent,
  MemberCursor,
  MemberUpdated,
  Moved,
  NumberTaken,
  Random,
  Reaction,
} from '../core/ports.ts';
import { commitChanges } from './commit-changes.ts';
import {
  eventFromItem,
  eventToItem,
  headFromItem,
  infoFromItem,
  leavingName,
  localFromItem,
  localToItem,
  memberFromItem,
  reactionName,
  reactionValue,
  ownersFromItem,
} from './conversation-rows.ts';
import {
  eventKey,
  everyKey,
  headKey,
  idOfKey,
  infoKey,
  localKey,
  memberKey,
  ownersKey,
  partitionOf,
  PREFIX,
  seqOfKey,
} from './keys.ts';
import type { Item } from './item.ts';
import type { Key } from './keys.ts';
import { IF_ABSENT, Table } from './table.ts';
import { takeLastUpdate, takeToRemoveUpdate, takeUpdate } from './take-number.ts';
import type { Update } from './table.ts';

export interface ConversationStoreOptions {
  readonly client: DynamoDBClient;
  readonly conversationsTable: string;
  /** Transactions reach into it. */
  readonly usersTable: string;
  readonly random: Pick<Random, 'id'>;
}

/** The Conversations table. */
export class DynamoConversationStore implements ConversationStore {
  readonly #client: DynamoDBClient;
  readonly #table: Table;
  readonly #usersTable: string;
  readonly #random: Pick<Random, 'id'>;

  constructor({ client, conversationsTable, usersTable, random }: ConversationStoreOptions) {
    this.#client = client;
    this.#table = new Table(client, conversationsTable);
    this.#usersTable = usersTable;
    this.#random = random;
  }

  async getHead(conversationId: string): Promise<Head | undefined> {
    const item = await this.#table.get(headKey(conversationId), 'consistent');
    return item && headFromItem(item);
  }

  getHeads(conversationIds: readonly string[], consistency: Consistency): Promise<Batch<Head>> {
    return this.#table.batchGet(
      conversationIds.map(headKey),
      consistency,
      headFromItem,
      partitionOf,
    );
  }

  async getMember(conversationId: string, userId: string): Promise<Member | undefined> {
    const item = await this.#table.get(memberKey(conversationId, userId), 'consistent');
    return item && memberFromItem(item);
  }

  getMemberships(userId: string, conversationIds: readonly string[]): Promise<Batch<Member>> {
    const keys = conversationIds.map((conversationId) => memberKey(conversationId, userId));
    return this.#table.batchGet(keys, 'consistent', memberFromItem, partitionOf);
  }

  getMembers(conversationId: string, userIds: readonly string[]): Promise<Batch<Member>> {
    const keys = userIds.map((userId) => memberKey(conversationId, userId));
    return this.#table.batchGet(keys, 'consistent', memberFromItem, memberOf);
  }

  async listMembers(
    conversationId: string,
    after?: string,
    limit?: number,
  ): Promise<{ members: readonly Member[]; next?: string }> {
    const { items, next } = await this.#table.page({
      pk: conversationId,
      ...everyKey(PREFIX.member),
      ...(limit !== undefined && { limit }),
      ...(after !== undefined && { after: memberKey(conversationId, after).sk }),
    });
    const members = items.map(memberFromItem);
    return next ? { members, next: idOfKey(next, PREFIX.member) } : { members };
  }

  /** A repetition by the SDK finds it done: as when another device had been there before. */
  advanceCursor(member: Member, cursor: MemberCursor, seq: number): Promise<MemberUpdated> {
    const isRead = cursor === 'readSeq';
    return this.#updateMember(member, {
      expression: `SET #cursor = :seq${isRead ? ' REMOVE #unreadMark' : ''}`,
      condition: '#cursor < :seq',
      names: { '#cursor': cursor, ...(isRead && { '#unreadMark': 'unreadMark' }) },
      values: { ':seq': number(seq) },
    });
  }

  setUnreadMark(member: Member, seq: number | undefined): Promise<MemberUpdated> {
    return this.#updateMember(member, {
      expression: seq === undefined ? 'REMOVE #unreadMark' : 'SET #unreadMark = :seq',
      names: { '#unreadMark': 'unreadMark' },
      values: seq === undefined ? {} : { ':seq': number(seq) },
    });
  }

  startTyping(member: Member, now: number, notAfter: number): Promise<MemberUpdated> {
    return this.#updateMember(member, {
      expression: 'SET #typingAt = :now',
      condition: '(attribute_not_exists(#typingAt) OR #typingAt <= :notAfter)',
      names: { '#typingAt': 'typingAt' },
      values: { ':now': number(now), ':notAfter': number(notAfter) },
    });
  }

  stopTyping(member: Member, since: number): Promise<MemberUpdated> {
    const isOn = '(attribute_not_exists(#typingEnded) OR #typingEnded < #typingAt)';
    return this.#updateMember(member, {
      expression: 'SET #typingEnded = #typingAt',
      condition: `#typingAt > :since AND ${isOn}`,
      names: { '#typingAt': 'typingAt', '#typingEnded': 'typingEnded' },
      values: { ':since': number(since) },
    });
  }

  setMutedUntil(member: Member, until: number | undefined): Promise<MemberUpdated> {
    return this.#updateMember(member, {
      expression: until === undefined ? 'REMOVE #mutedUntil' : 'SET #mutedUntil = :until',
      names: { '#mutedUntil': 'mutedUntil' },
      values: until === undefined ? {} : { ':until': number(until) },
    });
  }

  /** If the SDK repeats it after its answer was lost, it takes a second number: a hole, as any that nobody fills. */
  takeNumber(conversationId: string, userId: string, now: number): Promise<NumberTaken> {
    return this.#takeNumber(conversationId, takeUpdate(userId, now));
  }

  /** A repetition by the SDK takes a second number, as above, and sets the same mark again. */
  takeNumberToRemove(
    conversationId: string,
    userId: string,
    leaverId: string,
    now: number,
    until: number,
  ): Promise<NumberTaken> {
    const update = takeToRemoveUpdate(userId, leaverId, now, until);
    return this.#takeNumber(conversationId, update);
  }

  /** A repetition by the SDK is refused: the mark of the first one is in its way, until it is found to be for nothing. */
  takeLastNumber(conversationId: string, userId: string, now: number): Promise<NumberTaken> {
    return this.#takeNumber(conversationId, takeLastUpdate(userId, now));
  }

  async reopen(conversationId: string, seq: number): Promise<void> {
    // If the condition fails, it is open, closing anew or closed.
    await this.#table.updateIf(headKey(conversationId), {
      expression: 'REMOVE #closing',
      condition: '#closing = :seq AND attribute_not_exists(#closed)',
      names: { '#closing': 'closing', '#closed': 'closed' },
      values: { ':seq': number(seq) },
    });
  }

  async clearLeaving(conversationId: string, userId: string, until: number): Promise<void> {
    // If the condition fails, the mark is a later one's, or gone.
    await this.#table.updateIf(headKey(conversationId), {
      expression: 'REMOVE #leaving.#user',
      condition: '#leaving.#user = :until',
      names: { '#leaving': 'leaving', '#user': leavingName(userId) },
      values: { ':until': number(until) },
    });
  }

  async close(conversationId: string, seq: number): Promise<boolean> {
    const { updated, item } = await this.#table.updateIf(headKey(conversationId), {
      expression: 'SET #closed = :closed',
      condition: '#seq = :seq',
      names: { '#closed': 'closed', '#seq': 'seq' },
      values: { ':closed': { BOOL: true }, ':seq': number(seq) },
    });
    return updated || (item !== undefined && headFromItem(item).closed);
  }

  async getOwners(conversationId: string): Promise<readonly string[] | undefined> {
    const item = await this.#table.get(ownersKey(conversationId), 'consistent');
    return item && ownersFromItem(item);
  }

  async getInfo(conversationId: string): Promise<Info | undefined> {
    const item = await this.#table.get(infoKey(conversationId), 'consistent');
    return item && infoFromItem(item);
  }

  async showInfo({ conversationId, name, history, lastSeq }: Info): Promise<void> {
    // If the condition fails, the head shows it already, or what came later.
    await this.#table.updateIf(headKey(conversationId), {
      expression: 'SET #name = :name, #history = :history, #infoSeq = :seq',
      condition: 'attribute_exists(pk) AND (attribute_not_exists(#infoSeq) OR #infoSeq < :seq)',
      names: { '#name': 'name', '#history': 'history', '#infoSeq': 'infoSeq' },
      values: { ':name': { S: name }, ':history': { S: history }, ':seq': number(lastSeq) },
    });
  }

  async advanceFanOut(conversationId: string, seq: number): Promise<void> {
    // If the condition fails, it is that far already, or (by a repetition of the SDK) since just now.
    await this.#table.updateIf(headKey(conversationId), {
      expression: 'SET #fanOutSeq = :seq',
      condition: '#fanOutSeq < :seq',
      names: { '#fanOutSeq': 'fanOutSeq' },
      values: { ':seq': number(seq) },
    });
  }

  async getLocal(
    conversationId: string,
    senderId: string,
    localId: string,
  ): Promise<LocalRow | undefined> {
    const item = await this.#table.get(localKey(conversationId, senderId, localId), 'consistent');
    return item && localFromItem(item);
  }

  async putLocal(row: LocalRow): Promise<LocalRow | undefined> {
    const result = await this.#table.putIf(localToItem(row), IF_ABSENT);
    return result.put ? undefined : localFromItem(thatWasThere(result));
  }

  async moveLocal(row: LocalRow, fromSeq: number): Promise<Moved> {
    const result = await this.#table.putIf(localToItem(row), {
      expression: '#seq = :from',
      names: { '#seq': 'seq' },
      values: { ':from': { N: String(fromSeq) } },
    });
    if (result.put) {
      return { moved: true };
    }
    return result.item ? { moved: false, row: localFromItem(result.item) } : { moved: false };
  }

  async getEvent(conversationId: string, seq: number): Promise<EventRow | undefined> {
    const item = await this.#table.get(eventKey(conversationId, seq), 'consistent');
    return item && eventFromItem(item);
  }

  getEvents(conversationId: string, seqs: readonly number[]): Promise<Batch<EventRow, number>> {
    const keys = seqs.map((seq) => eventKey(conversationId, seq));
    return this.#table.batchGet(keys, 'consistent', eventFromItem, seqOfKey);
  }

  async putEvent(event: EventRow): Promise<EventRow | undefined> {
    const result = await this.#table.putIf(eventToItem(event), IF_ABSENT);
    return result.put ? undefined : eventFromItem(thatWasThere(result));
  }

  /** A repetition by the SDK sets the same again. */
  async setReaction(
    conversationId: string,
    messageSeq: number,
    reaction: Reaction,
  ): Promise<MessageEvent | undefined> {
    const { seq } = reaction;
    const { item } = await this.#table.updateIf(eventKey(conversationId, messageSeq), {
      expression: 'SET #reaction = :value',
      condition:
        '#type = :message AND (attribute_not_exists(#reaction) OR #reaction BETWEEN :off AND :on)',
      names: { '#type': 'type', '#reaction': reactionName(reaction) },
      values: {
        ':message': { S: 'message' },
        ':value': number(reactionValue(reaction)),
        ':on': number(seq),
        ':off': number(-seq),
      },
    });
    const event = item && eventFromItem(item);
    return event?.type === 'message' ? event : undefined;
  }

  async listEvents(range: EventRange): Promise<EventPage> {
    const { conversationId, from, to, limit, newestFirst } = range;
    const { items, next } = await this.#table.page({
      pk: conversationId,
      from: eventKey(conversationId, from).sk,
      to: eventKey(conversationId, to).sk,
      limit,
      newestFirst,
    });
    const events = items.map(eventFromItem);
    if (!next) {
      return { events };
    }
    const goOn = seqOfKey(next) + (newestFirst ? -1 : 1);
    return goOn < from || goOn > to ? { events } : { events, next: goOn };
  }

  commit(changes: readonly Change[]): Promise<Committed> {
    return commitChanges(
      this.#client,
      {
        conversations: this.#table.name,
        users: this.#usersTable,
        // One for each call: the SDK repeats it, so a repetition of a transaction that went through answers
        // as the first one did, and no two calls share one (F-43).
        token: this.#random.id(),
      },
      changes,
    );
  }

  /** If the last stay of the member as it was read goes on: who came back since has ended that one. */
  async #updateMember(
    { conversationId, userId, stays }: Member,
    update: Omit<Update, 'condition'> & { readonly condition?: string },
  ): Promise<MemberUpdated> {
    const last = `#stays[${stays.length - 1}]`;
    const isOpen = `${last}.#joined = :joined AND attribute_not_exists(${last}.#left)`;
    const { updated, item } = await this.#table.updateIf(memberKey(conversationId, userId), {
      expression: update.expression,
      condition: [isOpen, update.condition].filter((part) => part !== undefined).join(' AND '),
      names: { ...update.names, '#stays': 'stays', '#joined': 'joined', '#left': 'left' },
      values: { ...update.values, ':joined': number(stays.at(-1)?.joined ?? 0) },
    });
    if (!item) {
      if (updated) {
        throw new Error('unable to update a member; the update did not return the row');
      }
      return { updated: false };
    }
    return { updated, member: memberFromItem(item) };
  }

  async #takeNumber(conversationId: string, update: Update): Promise<NumberTaken> {
    const { updated, item } = await this.#table.updateIf(headKey(conversationId), update);
    if (!item) {
      if (updated) {
        throw new Error('unable to take a number; the update did not return the head');
      }
      return { taken: false };
    }
    return { taken: updated, head: headFromItem(item) };
  }
}

function number(value: number): AttributeValue {
  return { N: String(value) };
}

/** A row was in the way, so there is one to answer; to go on without it would be to claim that ours was written. */
function thatWasThere({ item }: { readonly item?: Item }): Item {
  if (item === undefined) {
    throw new Error('unable to write a row; one is there, and the endpoint does not give it back');
  }
  return item;
}

function memberOf(key: Key): string {
  return idOfKey(key, PREFIX.member);
}
