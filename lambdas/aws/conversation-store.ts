import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
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
  LocalRow,
  Member,
  Moved,
  NumberTaken,
  Random,
} from '../core/ports.ts';
import { commitChanges } from './commit-changes.ts';
import {
  eventFromItem,
  eventToItem,
  headFromItem,
  leavingName,
  localFromItem,
  localToItem,
  memberFromItem,
} from './conversation-rows.ts';
import { calling } from './errors.ts';
import {
  eventKey,
  everyKey,
  headKey,
  idOfKey,
  localKey,
  memberKey,
  PREFIX,
  seqOfKey,
} from './keys.ts';
import { marshalledKey } from './item.ts';
import type { Item } from './item.ts';
import { IF_ABSENT, itemThere, Table } from './table.ts';

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
    return this.#table.batchGet(conversationIds.map(headKey), consistency, headFromItem);
  }

  async getMember(conversationId: string, userId: string): Promise<Member | undefined> {
    const item = await this.#table.get(memberKey(conversationId, userId), 'consistent');
    return item && memberFromItem(item);
  }

  getMemberships(userId: string, conversationIds: readonly string[]): Promise<Batch<Member>> {
    const keys = conversationIds.map((conversationId) => memberKey(conversationId, userId));
    return this.#table.batchGet(keys, 'consistent', memberFromItem);
  }

  async listMembers(
    conversationId: string,
    after?: string,
  ): Promise<{ members: readonly Member[]; next?: string }> {
    const { items, next } = await this.#table.page({
      pk: conversationId,
      ...everyKey(PREFIX.member),
      ...(after !== undefined && { after: memberKey(conversationId, after).sk }),
    });
    const members = items.map(memberFromItem);
    return next ? { members, next: idOfKey(next, PREFIX.member) } : { members };
  }

  /** If the SDK repeats it after its answer was lost, it takes a second number: a hole, as any that nobody fills. */
  async takeNumber(conversationId: string, userId: string, now: number): Promise<NumberTaken> {
    try {
      const { Attributes: item } = await calling(
        this.#client.send(
          new UpdateItemCommand({
            TableName: this.#table.name,
            Key: marshalledKey(headKey(conversationId)),
            UpdateExpression: 'SET #seq = #seq + :one, #takenAt = :now',
            // A mark that has run out holds nobody back.
            ConditionExpression:
              'attribute_exists(pk) AND attribute_not_exists(#closed) AND ' +
              '(attribute_not_exists(#leaving.#user) OR #leaving.#user <= :now)',
            ExpressionAttributeNames: {
              '#seq': 'seq',
              '#takenAt': 'takenAt',
              '#closed': 'closed',
              '#leaving': 'leaving',
              '#user': leavingName(userId),
            },
            ExpressionAttributeValues: { ':one': { N: '1' }, ':now': { N: String(now) } },
            ReturnValues: 'ALL_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      );
      if (!item) {
        throw new Error('unable to take a number; the update did not return the head');
      }
      return { taken: true, head: headFromItem(item) };
    } catch (error) {
      const { item } = itemThere(error);
      return item ? { taken: false, head: headFromItem(item) } : { taken: false };
    }
  }

  async advanceFanOut(conversationId: string, seq: number): Promise<void> {
    try {
      await calling(
        this.#client.send(
          new UpdateItemCommand({
            TableName: this.#table.name,
            Key: marshalledKey(headKey(conversationId)),
            UpdateExpression: 'SET #fanOutSeq = :seq',
            ConditionExpression: '#fanOutSeq < :seq',
            ExpressionAttributeNames: { '#fanOutSeq': 'fanOutSeq' },
            ExpressionAttributeValues: { ':seq': { N: String(seq) } },
          }),
        ),
      );
    } catch (error) {
      // It is that far already, or (by a repetition of the SDK) since just now.
      itemThere(error);
    }
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

  async putEvent(event: EventRow): Promise<EventRow | undefined> {
    const result = await this.#table.putIf(eventToItem(event), IF_ABSENT);
    return result.put ? undefined : eventFromItem(thatWasThere(result));
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
}

/** A row was in the way, so there is one to answer; to go on without it would be to claim that ours was written. */
function thatWasThere({ item }: { readonly item?: Item }): Item {
  if (item === undefined) {
    throw new Error('unable to write a row; one is there, and the endpoint does not give it back');
  }
  return item;
}
