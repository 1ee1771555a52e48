import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { Units } from '../../../local/endpoint/meter.ts';
import { gatewayOf, startTestEndpoint } from '../../support/local-endpoint.ts';
import type { TestEndpoint } from '../../support/local-endpoint.ts';
import { allow, queue, resourcesOf, table, webSocketApi } from '../../support/resources.ts';
import { Started } from '../../support/started.ts';

const TableName = 'Things';
const jobs = queue('jobs');
const started = new Started();
let local: TestEndpoint;
let db: DynamoDBClient;

beforeAll(async () => {
  const resources = resourcesOf({
    statements: [allow('dynamodb:GetItem', '*')],
    tables: [table(TableName)],
    queues: [jobs],
    webSocketApis: [webSocketApi()],
  });
  const gateway = gatewayOf({ post: (id) => ({ kind: id === 'gone' ? 'gone' : 'ok' }) });
  local = await started.add(startTestEndpoint(resources, gateway));
  db = local.asRoot.dynamodb;
  await put('small', 10);
  await put('3 KB', 3000);
  await put('5 KB', 5000);
});

afterAll(() => started.stop());
beforeEach(() => local.endpoint.meter.reset());

const key = (sk: string): Record<'pk' | 'sk', { S: string }> => ({ pk: { S: 'p' }, sk: { S: sk } });
const filled = (sk: string, bytes: number) => ({ ...key(sk), v: { S: 'x'.repeat(bytes) } });
const put = (sk: string, bytes: number) =>
  db.send(new PutItemCommand({ TableName, Item: filled(sk, bytes) }));
const units = (): Units | undefined => local.endpoint.meter.snapshot().dynamodb.tables[TableName];

describe('DynamoDB on the meter', () => {
  it.each([
    [10, 1],
    [1024 - 'pkpskxv'.length, 1],
    [1100, 2],
    [3000, 3],
  ])('writes %i bytes for %i units', async (bytes, writeUnits) => {
    await put('x', bytes);
    expect(units()).toEqual({ readUnits: 0, writeUnits });
  });

  it('charges an update or a delete for the larger of before and after', async () => {
    await put('y', 2500);
    local.endpoint.meter.reset();
    await db.send(
      new UpdateItemCommand({
        TableName,
        Key: key('y'),
        UpdateExpression: 'SET v = :v',
        ExpressionAttributeValues: { ':v': { S: '' } },
      }),
    );
    expect(units()).toEqual({ readUnits: 0, writeUnits: 3 });
    await put('y', 2500);
    local.endpoint.meter.reset();
    await db.send(new DeleteItemCommand({ TableName, Key: key('y') }));
    expect(units()).toEqual({ readUnits: 0, writeUnits: 3 });
  });

  it.each([
    ['small', false, 0.5],
    ['small', true, 1],
    ['5 KB', false, 1],
    ['5 KB', true, 2],
    ['nothing there', true, 1],
  ])('reads %s, consistently: %s, for %d units', async (sk, ConsistentRead, readUnits) => {
    await db.send(new GetItemCommand({ TableName, Key: key(sk), ConsistentRead }));
    expect(units()).toEqual({ readUnits, writeUnits: 0 });
  });

  it('adds up what a query reads before it rounds', async () => {
    const query = {
      TableName,
      KeyConditionExpression: 'pk = :p AND sk BETWEEN :a AND :b',
      ExpressionAttributeValues: { ':p': { S: 'p' }, ':a': { S: '3 KB' }, ':b': { S: '5 KB' } },
    };
    await db.send(new QueryCommand(query));
    expect(units()).toEqual({ readUnits: 1, writeUnits: 0 });
    await db.send(new QueryCommand({ ...query, ConsistentRead: true }));
    expect(units()).toEqual({ readUnits: 3, writeUnits: 0 });
  });

  it('tells callers apart', async () => {
    await put('z', 10);
    await local.asFunction.dynamodb.send(new GetItemCommand({ TableName, Key: key('z') }));
    expect(local.endpoint.meter.snapshot().dynamodb.callers).toEqual({
      root: { readUnits: 0, writeUnits: 1 },
      Worker: { readUnits: 0.5, writeUnits: 0 },
    });
  });

  it('doubles in transactions', async () => {
    await db.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: filled('t', 1500) } },
          {
            ConditionCheck: {
              TableName,
              Key: key('small'),
              ConditionExpression: 'attribute_exists(pk)',
            },
          },
        ],
      }),
    );
    expect(units()).toEqual({ readUnits: 0, writeUnits: 2 * 2 + 2 });
    local.endpoint.meter.reset();
    await db.send(
      new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: key('5 KB') } }] }),
    );
    expect(units()).toEqual({ readUnits: 4, writeUnits: 0 });
  });

  it('charges a batch item by item', async () => {
    await db.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: [
            { PutRequest: { Item: filled('a', 10) } },
            { PutRequest: { Item: filled('b', 1500) } },
          ],
        },
      }),
    );
    await db.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: [key('small'), key('5 KB')], ConsistentRead: true } },
      }),
    );
    expect(units()).toEqual({ readUnits: 3, writeUnits: 3 });
  });

  it('charges a write whose condition fails by the item that stands there, and does not show that item', async () => {
    const refused = db.send(
      new PutItemCommand({
        TableName,
        Item: key('3 KB'),
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    await expect(refused).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await expect(refused).rejects.not.toHaveProperty('Item.pk');
    expect(units()).toEqual({ readUnits: 0, writeUnits: 3 });
  });

  it('shows the item of a failed condition to who asked for it', async () => {
    await expect(
      db.send(
        new PutItemCommand({
          TableName,
          Item: key('small'),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    ).rejects.toMatchObject({ Item: key('small') });
  });

  it('charges a cancelled transaction as if it had been carried out', async () => {
    await db
      .send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName, Item: filled('new', 1500) } },
            {
              ConditionCheck: {
                TableName,
                Key: key('none'),
                ConditionExpression: 'attribute_exists(pk)',
              },
            },
          ],
        }),
      )
      .catch(() => {});
    expect(units()).toEqual({ readUnits: 0, writeUnits: 2 * 2 + 2 });
  });

  it('shows capacity figures only to who asked for them', async () => {
    const get = { TableName, Key: key('small') };
    expect(await db.send(new GetItemCommand(get))).not.toHaveProperty('ConsumedCapacity');
    expect(
      await db.send(new GetItemCommand({ ...get, ReturnConsumedCapacity: 'TOTAL' })),
    ).toMatchObject({
      ConsumedCapacity: { TableName, CapacityUnits: 0.5 },
    });
    expect(units()).toEqual({ readUnits: 1, writeUnits: 0 });
  });
});

describe('SQS on the meter', () => {
  it('bills the payload of a batch in 64 KB, both ways', async () => {
    const body = 'x'.repeat(50 * 1024);
    await local.asRoot.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: jobs.url,
        Entries: ['1', '2'].map((Id) => ({ Id, MessageBody: body })),
      }),
    );
    expect(local.endpoint.meter.snapshot().sqs.requests).toBe(2);
    await local.asRoot.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: jobs.url, MaxNumberOfMessages: 10 }),
    );
    expect(local.endpoint.meter.snapshot()).toMatchObject({
      calls: { sqs: { SendMessageBatch: 1, ReceiveMessage: 1 } },
      sqs: { requests: 4, queues: { jobs: 4 } },
    });
  });
});

describe('@connections on the meter', () => {
  it('bills what was posted in 32 KB, and nothing for a connection that is gone', async () => {
    const client = local.asRoot.connections('api', 'prod');
    const post = (ConnectionId: string) =>
      client.send(new PostToConnectionCommand({ ConnectionId, Data: 'x'.repeat(40 * 1024) }));
    await post('here');
    await expect(post('gone')).rejects.toMatchObject({ name: 'GoneException' });
    expect(local.endpoint.meter.snapshot()).toMatchObject({
      calls: { 'execute-api': { PostToConnection: 2 } },
      connections: { messages: 2 },
    });
  });
});
