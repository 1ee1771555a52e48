import { TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Change, ChangeFailure, Committed, Membership } from '../core/ports.ts';
import {
  eventToItem,
  headToItem,
  infoToItem,
  memberToItem,
  ownersToItem,
} from './conversation-rows.ts';
import { calling, unavailable } from './errors.ts';
import { IF_ABSENT } from './table.ts';
import type { Condition } from './table.ts';
import { marshalledKey } from './item.ts';
import type { Item } from './item.ts';
import { eventKey, memberKey, userConversationKey } from './keys.ts';
import { userConversationToItem } from './user-rows.ts';

/** The reasons that DynamoDB gives for each part of a cancelled transaction, and what they are to the chat. */
const FAILURES: Readonly<Record<string, ChangeFailure | 'throttled' | undefined>> = {
  ConditionalCheckFailed: 'condition',
  TransactionConflict: 'conflict',
  ProvisionedThroughputExceeded: 'throttled',
  RequestLimitExceeded: 'throttled',
  ThrottlingError: 'throttled',
};

/** A message that is not deleted, and that no later event has changed. */
const IS_CHANGEABLE =
  '#type = :message AND attribute_not_exists(#deleted) AND (attribute_not_exists(#lastSeq) OR #lastSeq < :seq)';
const CHANGEABLE_NAMES = { '#type': 'type', '#deleted': 'deleted', '#lastSeq': 'lastSeq' };

export interface TransactionNames {
  readonly conversations: string;
  readonly users: string;
  /** The client request token, at most 36 characters. */
  readonly token: string;
}

/** All changes or none, in one `TransactWriteItems`. */
export async function commitChanges(
  client: DynamoDBClient,
  names: TransactionNames,
  changes: readonly Change[],
): Promise<Committed> {
  try {
    await calling(
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: changes.map((change) => toTransactItem(names, change)),
          ClientRequestToken: names.token,
        }),
      ),
    );
    return { committed: true };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) {
      throw error;
    }
    return { committed: false, failures: failuresOf(error) };
  }
}

/**
 * One entry a part.
 *
 * @throws Unavailable if a part was throttled, and the exception itself if it says anything else (too large a
 *   collection, a value that cannot be): that is no fact about the rows
 */
function failuresOf(error: TransactionCanceledException): readonly (ChangeFailure | undefined)[] {
  const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
  const failures = codes.map((code) => (code === 'None' ? undefined : (FAILURES[code] ?? 'other')));
  if (failures.includes('other') || failures.every((failure) => failure === undefined)) {
    throw error;
  }
  if (failures.includes('throttled')) {
    throw unavailable(error);
  }
  return failures as readonly (ChangeFailure | undefined)[];
}

function toTransactItem(names: TransactionNames, change: Change): TransactWriteItem {
  switch (change.kind) {
    case 'create_head':
      return put(names.conversations, headToItem(change.head), IF_ABSENT);
    case 'create_owners':
      return put(
        names.conversations,
        ownersToItem(change.conversationId, change.owners),
        IF_ABSENT,
      );
    case 'put_event':
      return put(names.conversations, eventToItem(change.event), IF_ABSENT);
    case 'create_member':
      return put(names.conversations, memberToItem(change.member), IF_ABSENT);
    case 'replace_member':
      return replaceMember(names.conversations, change.member, change.previousSeq);
    case 'put_info':
      return put(names.conversations, infoToItem(change.info), infoCondition(change.previousSeq));
    case 'check_member':
      return {
        ConditionCheck: {
          TableName: names.conversations,
          Key: marshalledKey(memberKey(change.conversationId, change.userId)),
          ConditionExpression: '#lastSeq = :lastSeq',
          ExpressionAttributeNames: { '#lastSeq': 'lastSeq' },
          ExpressionAttributeValues: { ':lastSeq': { N: String(change.lastSeq) } },
        },
      };
    case 'edit_message': {
      const { content, contentType, editedAt } = change.edit;
      return {
        Update: {
          TableName: names.conversations,
          Key: marshalledKey(eventKey(change.conversationId, change.messageSeq)),
          UpdateExpression:
            'SET #content = :content, #contentType = :contentType, #editedAt = :editedAt, #lastSeq = :seq',
          ConditionExpression: IS_CHANGEABLE,
          ExpressionAttributeNames: {
            ...CHANGEABLE_NAMES,
            '#content': 'content',
            '#contentType': 'contentType',
            '#editedAt': 'editedAt',
          },
          ExpressionAttributeValues: {
            ...changeableAt(change.seq),
            ':content': { S: content },
            ':contentType': { S: contentType },
            ':editedAt': { N: String(editedAt) },
          },
        },
      };
    }
    case 'delete_message': {
      const { removed } = change;
      return {
        Update: {
          TableName: names.conversations,
          Key: marshalledKey(eventKey(change.conversationId, change.messageSeq)),
          UpdateExpression: `SET #content = :nothing, #deleted = :deleted, #lastSeq = :seq, #removed = :removed
            REMOVE #contentType, #replyTo, #editedAt, #attachments`,
          ConditionExpression: IS_CHANGEABLE,
          ExpressionAttributeNames: {
            ...CHANGEABLE_NAMES,
            '#content': 'content',
            '#contentType': 'contentType',
            '#replyTo': 'replyTo',
            '#editedAt': 'editedAt',
            '#attachments': 'attachments',
            '#removed': 'removed',
          },
          ExpressionAttributeValues: {
            ...changeableAt(change.seq),
            ':nothing': { S: '' },
            ':deleted': { BOOL: true },
            ':removed': { L: removed.map((id) => ({ S: id })) },
          },
        },
      };
    }
    case 'replace_owners':
      return put(names.conversations, ownersToItem(change.conversationId, change.owners), {
        expression: '#owners = :previous',
        names: { '#owners': 'owners' },
        values: { ':previous': { SS: [...new Set(change.previous)] } },
      });
    case 'put_user_conversation':
      return put(names.users, userConversationToItem(change.row));
    case 'delete_user_conversation':
      return {
        Delete: {
          TableName: names.users,
          Key: marshalledKey(userConversationKey(change.userId, change.conversationId)),
        },
      };
  }
}

function infoCondition(previousSeq: number | undefined): Condition {
  if (previousSeq === undefined) return IF_ABSENT;
  return {
    expression: '#lastSeq = :previous',
    names: { '#lastSeq': 'lastSeq' },
    values: { ':previous': { N: String(previousSeq) } },
  };
}

/** An update, not a put: whatever its user writes into the row meanwhile stays. */
function replaceMember(
  table: string,
  { conversationId, userId, role, stays, lastSeq }: Membership,
  previousSeq: number,
): TransactWriteItem {
  return {
    Update: {
      TableName: table,
      Key: marshalledKey(memberKey(conversationId, userId)),
      UpdateExpression: 'SET #role = :role, #stays = :stays, #lastSeq = :lastSeq',
      ConditionExpression: '#lastSeq = :previous',
      ExpressionAttributeNames: { '#role': 'role', '#stays': 'stays', '#lastSeq': 'lastSeq' },
      ExpressionAttributeValues: marshall({
        ':role': role,
        ':stays': stays,
        ':lastSeq': lastSeq,
        ':previous': previousSeq,
      }),
    },
  };
}

function changeableAt(seq: number): Item {
  return { ':message': { S: 'message' }, ':seq': { N: String(seq) } };
}

function put(table: string, item: Item, condition?: Condition): TransactWriteItem {
  return {
    Put: {
      TableName: table,
      Item: item,
      ConditionExpression: condition?.expression,
      ExpressionAttributeNames: condition?.names,
      ExpressionAttributeValues: condition?.values,
    },
  };
}
