import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoClient } from '../../lambdas/aws/clients.ts';
import { DynamoUserStore } from '../../lambdas/aws/user-store.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import { sessionOf } from '../contract/rows.ts';
import { awsError, ScriptedAws } from '../support/scripted-aws.ts';
import type { Json } from '../support/scripted-aws.ts';

let aws: ScriptedAws;
let client: DynamoDBClient;
let store: DynamoUserStore;

beforeAll(async () => {
  aws = await ScriptedAws.start();
  client = createDynamoClient();
  store = new DynamoUserStore(client, 'Users');
});

beforeEach(() => aws.reset());

afterAll(async () => {
  client.destroy();
  await aws.stop();
});

describe('the user store on DynamoDB', () => {
  it('makes one call a method', async () => {
    await store.putSession('alice', sessionOf('one'));
    await store.removeSession('alice', 'one');
    await store.getSessions('alice', 'eventual');
    await store.batchGetSessions(['alice']);
    await store.batchGetSessions([]);
    await store.listConversations('alice', 10);
    expect(aws.calls.map(({ operation }) => operation)).toEqual([
      'UpdateItem',
      'UpdateItem',
      'GetItem',
      'BatchGetItem',
      'Query',
    ]);
  });

  it('F-45 reads recipients and conversations consistently, and only its own lease as it comes', async () => {
    await store.batchGetSessions(['alice']);
    await store.listConversations('alice', 10);
    await store.getSessions('alice', 'eventual');
    const [batch, query, get] = aws.calls.map(({ body }) => body);
    expect(batch).toMatchObject({ RequestItems: { Users: { ConsistentRead: true } } });
    expect(query).toMatchObject({ ConsistentRead: true });
    expect(get).toMatchObject({ ConsistentRead: false });
  });

  it('F-47 lets a row of sessions expire days after each of them, as a number of seconds', async () => {
    const expiresAt = Date.UTC(2026, 0, 2, 5, 0, 0, 1);
    await store.putSession('alice', sessionOf('one', { expiresAt }));
    const values = aws.calls[0]?.body['ExpressionAttributeValues'] as Json;
    expect(values[':expiresAt']).toEqual({ N: String(Date.UTC(2026, 0, 9, 5, 0, 1) / 1000) });
  });

  it('F-48 says which users a batch read did not look at', async () => {
    const Keys = [{ pk: { S: 'bob' }, sk: { S: 'SESSIONS' } }];
    aws.say({ body: { UnprocessedKeys: { Users: { Keys } } } });
    expect((await store.batchGetSessions(['alice', 'bob'])).unprocessed).toEqual(['bob']);
  });

  it('F-50 goes on after an empty page that has a key', async () => {
    const LastEvaluatedKey = { pk: { S: 'alice' }, sk: { S: 'CONVERSATION#g_1' } };
    aws.say({ body: { Items: [], LastEvaluatedKey } });
    expect(await store.listConversations('alice', 10)).toEqual({ rows: [], next: 'g_1' });
  });

  it('is unavailable when a write met a transaction, and lets a missing right out as it came', async () => {
    aws.say(awsError('TransactionConflictException'));
    await expect(store.putSession('alice', sessionOf('one'))).rejects.toThrow(Unavailable);
    aws.say(awsError('AccessDeniedException'));
    await expect(store.removeSession('alice', 'one')).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
