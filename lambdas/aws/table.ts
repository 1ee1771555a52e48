import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Batch, Consistency } from '../core/ports.ts';
import { calling } from './errors.ts';
import { keyOfItem, marshalledKey } from './item.ts';
import type { Item } from './item.ts';
import type { Key } from './keys.ts';

/** What a conditional write came to. An item is there unless the write found none. */
export type Put = { readonly put: true } | { readonly put: false; readonly item?: Item };

/** A condition on the item that is there, in DynamoDB's terms. */
export interface Condition {
  readonly expression: string;
  readonly names?: Record<string, string>;
  readonly values?: Item;
}

/** An update on a condition, in DynamoDB's terms. */
export interface Update {
  readonly expression: string;
  readonly condition: string;
  /** Of both expressions. */
  readonly names: Record<string, string>;
  readonly values: Item;
}

/** What a conditional update came to: the item as it is now, or the one that it found, if there was one. */
export interface Updated {
  readonly updated: boolean;
  readonly item?: Item;
}

export interface Range {
  readonly pk: string;
  /** Sort keys from here to there, both included. */
  readonly from: string;
  readonly to: string;
  /** The one after which to go on, in the order asked for. */
  readonly after?: string;
  readonly limit?: number;
  readonly newestFirst?: boolean;
}

export const IF_ABSENT: Condition = { expression: 'attribute_not_exists(pk)' };

/** One table: each method is one call of DynamoDB. */
export class Table {
  readonly #client: DynamoDBClient;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.name = name;
  }

  async get(key: Key, consistency: Consistency): Promise<Item | undefined> {
    const { Item: item } = await calling(
      this.#client.send(
        new GetItemCommand({
          TableName: this.name,
          Key: marshalledKey(key),
          ConsistentRead: consistency === 'consistent',
        }),
      ),
    );
    return item;
  }

  /**
   * Puts an item on a condition. A repetition by the SDK may find its own item there: whoever asks compares
   * (F-41).
   */
  async putIf(item: Item, condition: Condition): Promise<Put> {
    try {
      await calling(
        this.#client.send(
          new PutItemCommand({
            TableName: this.name,
            Item: item,
            ConditionExpression: condition.expression,
            ExpressionAttributeNames: condition.names,
            ExpressionAttributeValues: condition.values,
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      );
      return { put: true };
    } catch (error) {
      return { put: false, ...itemThere(error) };
    }
  }

  /** Puts an item, whatever was there. */
  async put(item: Item): Promise<void> {
    await calling(this.#client.send(new PutItemCommand({ TableName: this.name, Item: item })));
  }

  /** Deletes an item, whether it is there or not. */
  async delete(key: Key): Promise<void> {
    const request = { TableName: this.name, Key: marshalledKey(key) };
    await calling(this.#client.send(new DeleteItemCommand(request)));
  }

  /** Updates an item on a condition. A repetition by the SDK may update it twice, or find that it did (F-41). */
  async updateIf(key: Key, update: Update): Promise<Updated> {
    try {
      const { Attributes: item } = await calling(
        this.#client.send(
          new UpdateItemCommand({
            TableName: this.name,
            Key: marshalledKey(key),
            UpdateExpression: update.expression,
            ConditionExpression: update.condition,
            ExpressionAttributeNames: update.names,
            ExpressionAttributeValues: update.values,
            ReturnValues: 'ALL_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      );
      return item ? { updated: true, item } : { updated: true };
    } catch (error) {
      return { updated: false, ...itemThere(error) };
    }
  }

  /** The items of up to 100 keys, by what each key names. Nothing is asked for no key. */
  async batchGet<Row, Name>(
    keys: readonly Key[],
    consistency: Consistency,
    read: (item: Item) => Row | undefined,
    nameOf: (key: Key) => Name,
  ): Promise<Batch<Row, Name>> {
    const distinct = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
    if (distinct.length === 0) {
      return { found: new Map(), unprocessed: [] };
    }
    const output = await calling(
      this.#client.send(
        new BatchGetItemCommand({
          RequestItems: {
            [this.name]: {
              Keys: distinct.map(marshalledKey),
              ConsistentRead: consistency === 'consistent',
            },
          },
        }),
      ),
    );
    const found = new Map<Name, Row>();
    for (const item of output.Responses?.[this.name] ?? []) {
      const row = read(item);
      if (row !== undefined) {
        found.set(nameOf(keyOfItem(item)), row);
      }
    }
    const left = output.UnprocessedKeys?.[this.name]?.Keys ?? [];
    return { found, unprocessed: left.map((key) => nameOf(keyOfItem(key))) };
  }

  /** One page of a range, consistent. It may be empty and yet have a `next`, the sort key to go on after (F-50). */
  async page(range: Range): Promise<{ items: readonly Item[]; next?: Key }> {
    const { pk, from, to, after, limit, newestFirst = false } = range;
    const output = await calling(
      this.#client.send(
        new QueryCommand({
          TableName: this.name,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
          ExclusiveStartKey: after === undefined ? undefined : marshalledKey({ pk, sk: after }),
          Limit: limit,
          ScanIndexForward: !newestFirst,
        }),
      ),
    );
    const items = output.Items ?? [];
    const last = output.LastEvaluatedKey;
    return last ? { items, next: keyOfItem(last) } : { items };
  }
}

/**
 * What an update or a put whose condition failed found in its place.
 *
 * @throws what was no failed condition
 */
export function itemThere(error: unknown): { item?: Item } {
  if (!(error instanceof ConditionalCheckFailedException)) {
    throw error;
  }
  return error.Item ? { item: error.Item } : {};
}
