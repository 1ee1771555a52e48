import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoClient } from '../../lambdas/aws/clients.ts';
import { DynamoConversationStore } from '../../lambdas/aws/conversation-store.ts';
import { headToItem, localToItem } from '../../lambdas/aws/conversation-rows.ts';
import { systemRandom } from '../../lambdas/aws/random.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import type { Change, ConversationStore } from '../../lambdas/core/ports.ts';
import { dynamoDbRights } from '../../local/endpoint/dynamodb-rights.ts';
import { rights } from '../../lib/rights.ts';
import { headOf, infoOf, localOf, memberOf, messageOf } from '../contract/rows.ts';
import { awsError, ScriptedAws } from '../support/scripted-aws.ts';
import type { Json } from '../support/scripted-aws.ts';

let aws: ScriptedAws;
let client: DynamoDBClient;
let store: ConversationStore;

beforeAll(async () => {
  aws = await ScriptedAws.start();
  client = createDynamoClient();
  store = new DynamoConversationStore({
    client,
    conversationsTable: 'Conversations',
    usersTable: 'Users',
    random: systemRandom,
  });
});

beforeEach(() => aws.reset());

afterAll(async () => {
  client.destroy();
  await aws.stop();
});

/** A transaction of three parts, cancelled for these reasons. */
function commitCancelledBy(...codes: readonly string[]) {
  const changes: readonly Change[] = [
    { kind: 'put_event', event: messageOf('g_1', 1) },
    { kind: 'create_member', member: memberOf('g_1', 'alice') },
    { kind: 'create_head', head: headOf('g_1') },
  ];
  const CancellationReasons = codes.map((Code) => ({ Code }));
  aws.say(awsError('TransactionCanceledException', 400, { CancellationReasons }));
  return store.commit(changes);
}

function rightTo(action: string, table: string) {
  const resource = `arn:aws:dynamodb:eu-west-1:111122223333:table/${table}`;
  return { action: `dynamodb:${action}`, resource };
}

describe('the conversation store on DynamoDB', () => {
  it('makes one call a method', async () => {
    const head = { Attributes: { pk: { S: 'g_1' }, sk: { S: 'HEAD' }, leaving: { M: {} } } };
    aws.say({ body: head }, { body: head });
    await store.takeNumber('g_1', 'alice', 5);
    await store.takeNumberToRemove('g_1', 'alice', 'bob', 5, 9);
    await store.clearLeaving('g_1', 'bob', 9);
    await store.close('g_1', 1);
    await store.getOwners('g_1');
    await store.getInfo('g_1');
    await store.showInfo(infoOf('g_1'));
    await store.advanceFanOut('g_1', 5);
    await store.getHead('g_1');
    await store.getHeads(['g_1'], 'eventual');
    await store.getHeads([], 'eventual');
    await store.getMember('g_1', 'alice');
    await store.getMemberships('alice', ['g_1']);
    await store.listMembers('g_1');
    await store.getLocal('g_1', 'alice', 'local');
    await store.putLocal(localOf('g_1'));
    await store.moveLocal(localOf('g_1'), 1);
    await store.getEvent('g_1', 1);
    await store.putEvent(messageOf('g_1', 1));
    await store.listEvents({ conversationId: 'g_1', from: 1, to: 9, limit: 5, newestFirst: false });
    await store.commit([{ kind: 'create_head', head: headOf('g_1') }]);
    expect(aws.calls.map(({ operation }) => operation)).toEqual([
      'UpdateItem',
      'UpdateItem',
      'UpdateItem',
      'UpdateItem',
      'GetItem',
      'GetItem',
      'UpdateItem',
      'UpdateItem',
      'GetItem',
      'BatchGetItem',
      'GetItem',
      'BatchGetItem',
      'Query',
      'GetItem',
      'PutItem',
      'PutItem',
      'GetItem',
      'PutItem',
      'Query',
      'TransactWriteItems',
    ]);
  });

  it('F-45 reads consistently wherever an answer follows from it', async () => {
    await store.getHead('g_1');
    await store.getMember('g_1', 'alice');
    await store.getOwners('g_1');
    await store.getInfo('g_1');
    await store.getLocal('g_1', 'alice', 'local');
    await store.getEvent('g_1', 1);
    await store.listMembers('g_1');
    await store.listEvents({ conversationId: 'g_1', from: 1, to: 9, limit: 5, newestFirst: false });
    expect(aws.calls.map(({ body }) => body['ConsistentRead'])).toEqual(Array(8).fill(true));
    aws.reset();
    await store.getMemberships('alice', ['g_1']);
    await store.getHeads(['g_1'], 'consistent');
    await store.getHeads(['g_1'], 'eventual');
    const tables = aws.calls.map(({ body }) => (body['RequestItems'] as Json)['Conversations']);
    expect(tables.map((table) => (table as Json)['ConsistentRead'])).toEqual([true, true, false]);
  });

  it('F-41 answers its own row when a repetition by the SDK finds it, for whoever asks to compare', async () => {
    const row = localOf('g_1');
    aws.say(
      awsError('InternalServerError', 500),
      awsError('ConditionalCheckFailedException', 400, { Item: localToItem(row) }),
    );
    expect(await store.putLocal(row)).toEqual(row);
    expect(aws.calls).toHaveLength(2);
    expect(aws.calls[0]?.body).toMatchObject({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
  });

  it('does not take a failed condition for a success when the row does not come back', async () => {
    aws.say(awsError('ConditionalCheckFailedException'));
    await expect(store.putEvent(messageOf('g_1', 1))).rejects.toThrow('does not give it back');
  });

  it('F-41 is closed when a repetition by the SDK finds that a later one closed it meanwhile', async () => {
    const Item = headToItem(headOf('g_1', { seq: 8, closed: true }));
    aws.say(
      awsError('InternalServerError', 500),
      awsError('ConditionalCheckFailedException', 400, { Item }),
    );
    expect(await store.close('g_1', 7)).toBe(true);
    expect(aws.calls).toHaveLength(2);
  });

  it('F-40 takes a second number for a removal when its first answer is lost, and the same mark', async () => {
    const taken = headOf('g_1', { seq: 9, leaving: { bob: 61_000 } });
    aws.say('hang-up', { body: { Attributes: headToItem(taken) } });
    expect(await store.takeNumberToRemove('g_1', 'alice', 'bob', 1_000, 61_000)).toEqual({
      taken: true,
      head: taken,
    });
    expect(aws.calls).toHaveLength(2);
    expect(aws.calls[1]?.body).toEqual(aws.calls[0]?.body);
  });

  it('makes changes that the commands, which commit them, have the rights for', async () => {
    const change = { conversationId: 'g_1', userId: 'alice' };
    const row = { ...change, kind: 'group' } as const;
    const everyKind: Readonly<Record<Change['kind'], Change>> = {
      create_head: { kind: 'create_head', head: headOf('g_1') },
      create_owners: { kind: 'create_owners', conversationId: 'g_1', owners: ['alice'] },
      put_event: { kind: 'put_event', event: messageOf('g_1', 1) },
      create_member: { kind: 'create_member', member: memberOf('g_1', 'alice') },
      replace_member: {
        kind: 'replace_member',
        member: memberOf('g_1', 'alice'),
        previousSeq: 1,
      },
      put_info: { kind: 'put_info', info: infoOf('g_1') },
      check_member: { ...change, kind: 'check_member', lastSeq: 1 },
      edit_message: {
        kind: 'edit_message',
        conversationId: 'g_1',
        messageSeq: 4,
        seq: 5,
        edit: { content: 'else', contentType: 'text/plain', editedAt: 6 },
      },
      delete_message: {
        kind: 'delete_message',
        conversationId: 'g_1',
        messageSeq: 2,
        removed: ['a_1'],
        seq: 3,
      },
      replace_owners: {
        kind: 'replace_owners',
        conversationId: 'g_1',
        owners: ['alice'],
        previous: ['bob'],
      },
      put_user_conversation: { kind: 'put_user_conversation', row },
      delete_user_conversation: { ...change, kind: 'delete_user_conversation' },
    };
    await store.commit(Object.values(everyKind));
    const resources = { region: 'eu-west-1', account: '111122223333', tables: [] };
    const needed = dynamoDbRights('TransactWriteItems', aws.calls[0]?.body ?? {}, resources);
    const { conversations = [], users = [] } = rights.commands;
    const had = [
      ...conversations.map((action) => rightTo(action, 'Conversations')),
      ...users.map((action) => rightTo(action, 'Users')),
    ];
    expect(needed).toHaveLength(Object.keys(everyKind).length);
    expect(had).toEqual(expect.arrayContaining(needed));
  });

  describe('F-42 names why a transaction was cancelled, part by part', () => {
    it('F-42 tells a condition from a conflict', async () => {
      expect(
        await commitCancelledBy('None', 'ConditionalCheckFailed', 'TransactionConflict'),
      ).toEqual({ committed: false, failures: [undefined, 'condition', 'conflict'] });
      // The SDK does not repeat it: only the chat knows what is still true.
      expect(aws.calls).toHaveLength(1);
    });

    it.each(['ThrottlingError', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded'])(
      'is unavailable after %s, whatever the other parts say',
      async (code) => {
        const commit = commitCancelledBy('ConditionalCheckFailed', code, 'None');
        await expect(commit).rejects.toThrow(Unavailable);
      },
    );

    it.each(['ValidationError', 'ItemCollectionSizeLimitExceeded', 'SomethingNew'])(
      'lets %s out as it came: it is no fact about the rows',
      async (code) => {
        const commit = commitCancelledBy('ConditionalCheckFailed', code, 'None');
        await expect(commit).rejects.toMatchObject({ name: 'TransactionCanceledException' });
      },
    );

    it('is unavailable to a single write that meets a transaction', async () => {
      aws.say(awsError('TransactionConflictException'));
      await expect(store.takeNumber('g_1', 'alice', 5)).rejects.toThrow(Unavailable);
    });
  });

  it('F-43 gives every transaction a token of its own, which a repetition by the SDK keeps', async () => {
    aws.say(awsError('InternalServerError', 500));
    const changes: readonly Change[] = [{ kind: 'create_head', head: headOf('g_1') }];
    await store.commit(changes);
    await store.commit(changes);
    const tokens = aws.calls.map(({ body }) => String(body['ClientRequestToken']));
    expect(tokens).toHaveLength(3);
    expect(tokens[1]).toBe(tokens[0]);
    expect(tokens[2]).not.toBe(tokens[0]);
    expect(tokens[0]).toMatch(/^[\w-]{1,36}$/);
  });

  it('F-47 writes the expiry of an idempotency row as a number of seconds', async () => {
    await store.putLocal(localOf('g_1', { expiresAt: 1_768_532_645 }));
    expect(aws.calls[0]?.body).toMatchObject({ Item: { expiresAt: { N: '1768532645' } } });
  });

  it('F-48 says which keys a batch read did not look at', async () => {
    const Keys = [{ pk: { S: 'g_2' }, sk: { S: 'HEAD' } }];
    aws.say({ body: { Responses: {}, UnprocessedKeys: { Conversations: { Keys } } } });
    expect(await store.getHeads(['g_1', 'g_2'], 'consistent')).toEqual({
      found: new Map(),
      unprocessed: ['g_2'],
    });
  });

  it('F-50 goes on after an empty page that has a key', async () => {
    const LastEvaluatedKey = { pk: { S: 'g_1' }, sk: { S: 'EVENT#000000000041' } };
    aws.say({ body: { Items: [], LastEvaluatedKey } }, { body: { Items: [], LastEvaluatedKey } });
    const range = { conversationId: 'g_1', from: 1, to: 99, limit: 50 };
    expect(await store.listEvents({ ...range, newestFirst: false })).toEqual({
      events: [],
      next: 42,
    });
    expect(await store.listEvents({ ...range, newestFirst: true })).toEqual({
      events: [],
      next: 40,
    });
    aws.say({
      body: { Items: [], LastEvaluatedKey: { pk: { S: 'g_1' }, sk: { S: 'MEMBER#bob' } } },
    });
    expect(await store.listMembers('g_1')).toEqual({ members: [], next: 'bob' });
  });

  it.each([
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
  ])('is unavailable after three attempts that were answered with %s', async (name) => {
    aws.say(awsError(name), awsError(name), awsError(name));
    await expect(store.getHead('g_1')).rejects.toThrow(Unavailable);
    expect(aws.calls).toHaveLength(3);
  });

  it.each(['AccessDeniedException', 'ValidationException', 'ResourceNotFoundException'])(
    'lets %s out as it came, after one attempt',
    async (name) => {
      aws.say(awsError(name));
      await expect(store.putEvent(messageOf('g_1', 1))).rejects.toMatchObject({ name });
      expect(aws.calls).toHaveLength(1);
    },
  );
});
