import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type {
  Batch,
  Consistency,
  Counted,
  Lease,
  Profile,
  ProfileChanges,
  Session,
  Upload,
  UserConversation,
  UserSettings,
  UserStore,
} from '../core/ports.ts';
import { calling } from './errors.ts';
import {
  blockKey,
  everyKey,
  idOfKey,
  partitionOf,
  PREFIX,
  profileKey,
  rateKey,
  sessionsKey,
  settingsKey,
  uploadKey,
  userConversationKey,
} from './keys.ts';
import { keyOfItem, marshalledKey, toItem } from './item.ts';
import type { Item } from './item.ts';
import { countedFromItem, countUpdate } from './rate-row.ts';
import { itemThere, Table } from './table.ts';
import {
  profileFromItem,
  sessionName,
  sessionsFromItem,
  sessionsRowExpiresAt,
  sessionToAttribute,
  settingsFromItem,
  uploadFromItem,
  uploadToItem,
  userConversationFromItem,
} from './user-rows.ts';

/** The Users table. */
export class DynamoUserStore implements UserStore {
  readonly #client: DynamoDBClient;
  readonly #table: Table;

  constructor(client: DynamoDBClient, usersTable: string) {
    this.#client = client;
    this.#table = new Table(client, usersTable);
  }

  async putSession(userId: string, session: Session): Promise<readonly Session[]> {
    const { Attributes: item } = await calling(
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table.name,
          Key: marshalledKey(sessionsKey(userId)),
          UpdateExpression: 'SET #session = :session, #expiresAt = :expiresAt',
          ExpressionAttributeNames: {
            '#session': sessionName(session.connectionId),
            '#expiresAt': 'expiresAt',
          },
          ExpressionAttributeValues: {
            ':session': sessionToAttribute(session),
            ':expiresAt': sessionsRowExpiresAt(session),
          },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return item ? sessionsFromItem(item) : [session];
  }

  async renewSession(userId: string, connectionId: string, lease: Lease): Promise<boolean> {
    const { updated } = await this.#table.updateIf(sessionsKey(userId), {
      expression: 'SET #session.#leaseEnd = :leaseEnd, #session.#intervalMs = :intervalMs',
      condition: 'attribute_exists(#session)',
      names: {
        '#session': sessionName(connectionId),
        '#leaseEnd': 'leaseEnd',
        '#intervalMs': 'intervalMs',
      },
      values: {
        ':leaseEnd': { N: String(lease.leaseEnd) },
        ':intervalMs': { N: String(lease.intervalMs) },
      },
    });
    return updated;
  }

  async extendSession(
    userId: string,
    connectionId: string,
    expiresAt: number,
  ): Promise<Session | undefined> {
    const { item } = await this.#table.updateIf(sessionsKey(userId), {
      expression: 'SET #session.#expiresAt = :expiresAt',
      condition: '#session.#expiresAt < :expiresAt',
      names: { '#session': sessionName(connectionId), '#expiresAt': 'expiresAt' },
      values: { ':expiresAt': { N: String(expiresAt) } },
    });
    return item && sessionsFromItem(item).find((session) => session.connectionId === connectionId);
  }

  async removeSession(
    userId: string,
    connectionId: string,
    connectedBefore?: number,
  ): Promise<void> {
    const isOlder = connectedBefore !== undefined;
    try {
      await calling(
        this.#client.send(
          new UpdateItemCommand({
            TableName: this.#table.name,
            Key: marshalledKey(sessionsKey(userId)),
            UpdateExpression: 'REMOVE #session',
            // Without a condition, an update would make a row for a user who has none.
            ConditionExpression: isOlder
              ? '#session.#connectedAt <= :before'
              : 'attribute_exists(#session)',
            ExpressionAttributeNames: {
              '#session': sessionName(connectionId),
              ...(isOlder && { '#connectedAt': 'connectedAt' }),
            },
            ExpressionAttributeValues: isOlder
              ? { ':before': { N: String(connectedBefore) } }
              : undefined,
          }),
        ),
      );
    } catch (error) {
      // It is not there (any more), or connected later.
      itemThere(error);
    }
  }

  async getSessions(userId: string, consistency: Consistency): Promise<readonly Session[]> {
    const item = await this.#table.get(sessionsKey(userId), consistency);
    return item ? sessionsFromItem(item) : [];
  }

  batchGetSessions(userIds: readonly string[]): Promise<Batch<readonly Session[]>> {
    return this.#table.batchGet(userIds.map(sessionsKey), 'consistent', anySessions, partitionOf);
  }

  /** A repetition by the SDK, after its answer was lost, counts twice. */
  async countAction(userId: string, slice: number, limit: number): Promise<Counted> {
    const update = countUpdate(slice, limit);
    const { updated, item } = await this.#table.updateIf(rateKey(userId), update);
    return countedFromItem(updated, item, slice);
  }

  batchGetProfiles(userIds: readonly string[]): Promise<Batch<Profile>> {
    return this.#table.batchGet(
      userIds.map(profileKey),
      'consistent',
      profileFromItem,
      partitionOf,
    );
  }

  async createProfile(userId: string, profile: Profile): Promise<void> {
    // If the condition fails, there is one.
    await this.#table.updateIf(profileKey(userId), {
      ...profileUpdate(profile),
      condition: 'attribute_not_exists(pk)',
    });
  }

  async updateProfile(userId: string, changes: ProfileChanges): Promise<Profile> {
    const { Attributes: item } = await calling(
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table.name,
          Key: marshalledKey(profileKey(userId)),
          UpdateExpression: profileUpdate(changes).expression,
          ExpressionAttributeNames: profileUpdate(changes).names,
          ExpressionAttributeValues: valuesOf(profileUpdate(changes).values),
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return item ? profileFromItem(item) : {};
  }

  batchGetSettings(userIds: readonly string[]): Promise<Batch<Partial<UserSettings>>> {
    return this.#table.batchGet(
      userIds.map(settingsKey),
      'consistent',
      settingsFromItem,
      partitionOf,
    );
  }

  async updateSettings(userId: string, changes: Partial<UserSettings>): Promise<void> {
    const set = Object.entries(changes);
    await calling(
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table.name,
          Key: marshalledKey(settingsKey(userId)),
          UpdateExpression: `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(set.map(([name]) => [`#${name}`, name])),
          ExpressionAttributeValues: marshall(
            Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
          ),
        }),
      ),
    );
  }

  async removeConversation(userId: string, conversationId: string): Promise<void> {
    await calling(
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#table.name,
          Key: marshalledKey(userConversationKey(userId, conversationId)),
        }),
      ),
    );
  }

  async listConversations(
    userId: string,
    limit: number,
    after?: string,
  ): Promise<{ rows: readonly UserConversation[]; next?: string }> {
    const { items, next } = await this.#table.page({
      pk: userId,
      ...everyKey(PREFIX.conversation),
      limit,
      ...(after !== undefined && { after: userConversationKey(userId, after).sk }),
    });
    const rows = items.map(userConversationFromItem);
    return next ? { rows, next: idOfKey(next, PREFIX.conversation) } : { rows };
  }

  putBlock(userId: string, otherId: string): Promise<void> {
    return this.#table.put(toItem(blockKey(userId, otherId), {}));
  }

  deleteBlock(userId: string, otherId: string): Promise<void> {
    return this.#table.delete(blockKey(userId, otherId));
  }

  getBlocked(userId: string, others: readonly string[]): Promise<Batch<true>> {
    const keys = others.map((otherId) => blockKey(userId, otherId));
    return this.#table.batchGet(keys, 'consistent', itIsThere, (key) => idOfKey(key, PREFIX.block));
  }

  getBlockers(userId: string, others: readonly string[]): Promise<Batch<true>> {
    const keys = others.map((otherId) => blockKey(otherId, userId));
    return this.#table.batchGet(keys, 'consistent', itIsThere, partitionOf);
  }

  async listBlocked(
    userId: string,
    limit: number,
    after?: string,
  ): Promise<{ userIds: readonly string[]; next?: string }> {
    const { items, next } = await this.#table.page({
      pk: userId,
      ...everyKey(PREFIX.block),
      limit,
      ...(after !== undefined && { after: blockKey(userId, after).sk }),
    });
    const userIds = items.map((item) => idOfKey(keyOfItem(item), PREFIX.block));
    return next ? { userIds, next: idOfKey(next, PREFIX.block) } : { userIds };
  }

  putUpload(upload: Upload): Promise<void> {
    return this.#table.put(uploadToItem(upload));
  }

  getUploads(attachmentIds: readonly string[]): Promise<Batch<Upload>> {
    const keys = attachmentIds.map(uploadKey);
    return this.#table.batchGet(keys, 'consistent', uploadFromItem, partitionOf);
  }

  async confirmUpload(attachmentId: string, bytes: number, confirmedAt: number): Promise<boolean> {
    const { updated } = await this.#table.updateIf(uploadKey(attachmentId), {
      expression: 'SET #bytes = :bytes, #confirmedAt = :confirmedAt',
      // Without a condition, an update would make a row for a file that nobody asked for.
      condition: 'attribute_exists(#bytes)',
      names: { '#bytes': 'bytes', '#confirmedAt': 'confirmedAt' },
      values: { ':bytes': { N: String(bytes) }, ':confirmedAt': { N: String(confirmedAt) } },
    });
    return updated;
  }

  removeUpload(attachmentId: string): Promise<void> {
    return this.#table.delete(uploadKey(attachmentId));
  }
}

function itIsThere(): true {
  return true;
}

/** A row that has lost its last session is as good as none. */
function anySessions(item: Item): readonly Session[] | undefined {
  const sessions = sessionsFromItem(item);
  return sessions.length === 0 ? undefined : sessions;
}

/** Sets what there is, and removes what is `null`. */
function profileUpdate(changes: ProfileChanges) {
  const entries = Object.entries(changes);
  const set = entries.filter(([, value]) => value !== null);
  const removed = entries.filter(([, value]) => value === null);
  const parts = [
    ...(set.length > 0 ? [`SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`] : []),
    ...(removed.length > 0 ? [`REMOVE ${removed.map(([name]) => `#${name}`).join(', ')}`] : []),
  ];
  return {
    expression: parts.join(' '),
    names: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    values: marshall(Object.fromEntries(set.map(([name, value]) => [`:${name}`, value]))),
  };
}

/** DynamoDB refuses values that are there and none. */
function valuesOf(values: Item): Item | undefined {
  return Object.keys(values).length === 0 ? undefined : values;
}
