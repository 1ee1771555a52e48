import { PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { ROOT_CREDENTIALS } from '../../../local/endpoint/caller.ts';
import type { FaultRule } from '../../../local/endpoint/faults.ts';
import { gatewayOf, startTestEndpoint } from '../../support/local-endpoint.ts';
import type { TestEndpoint } from '../../support/local-endpoint.ts';
import { queue, REGION, resourcesOf, table, webSocketApi } from '../../support/resources.ts';
import { Started } from '../../support/started.ts';

const jobs = queue('jobs');
const send = new SendMessageCommand({ QueueUrl: jobs.url, MessageBody: 'x' });
const post = new PostToConnectionCommand({ ConnectionId: 'abc=', Data: 'x' });
const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
const put = new PutItemCommand({
  TableName: 'Things',
  Item: Key,
  ConditionExpression: 'attribute_not_exists(pk)',
});

const started = new Started();
let local: TestEndpoint;
let posted: string[];

beforeEach(async () => {
  posted = [];
  const webSocketApis = [webSocketApi()];
  const resources = resourcesOf({ tables: [table('Things')], queues: [jobs], webSocketApis });
  const gateway = gatewayOf({
    post: (_id, data) => {
      posted.push(data.toString());
      return { kind: 'ok' };
    },
  });
  local = await started.add(startTestEndpoint(resources, gateway));
});

afterEach(() => started.stop());

async function stored(): Promise<boolean> {
  local.endpoint.faults.clear();
  const { Item } = await local.asRoot.dynamodb.send(
    new GetItemCommand({ TableName: 'Things', Key }),
  );
  return Item !== undefined;
}

async function waiting(): Promise<string | undefined> {
  local.endpoint.faults.clear();
  const { Attributes } = await local.asRoot.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: jobs.url,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return Attributes?.['ApproximateNumberOfMessages'];
}

function set(
  service: FaultRule['service'],
  kind: FaultRule['kind'],
  more: Partial<FaultRule> = {},
): void {
  local.endpoint.faults.set([{ service, kind, ...more }]);
}

describe('throttle', () => {
  it("is each service's own error, and nothing is carried out", async () => {
    set('dynamodb', 'throttle');
    await expect(local.asRoot.dynamodb.send(put)).rejects.toMatchObject({
      name: 'ProvisionedThroughputExceededException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(await stored()).toBe(false);
    set('sqs', 'throttle');
    await expect(local.asRoot.sqs.send(send)).rejects.toMatchObject({ name: 'RequestThrottled' });
    expect(await waiting()).toBe('0');
    set('execute-api', 'throttle');
    await expect(local.asRoot.connections('api', 'prod').send(post)).rejects.toMatchObject({
      name: 'LimitExceededException',
      $metadata: { httpStatusCode: 429 },
    });
    expect(posted).toEqual([]);
  });

  it('cancels a transaction with a reason for each item', async () => {
    set('dynamodb', 'throttle', { operation: 'TransactWriteItems' });
    const item = { Put: { TableName: 'Things', Item: Key } };
    const other = { Put: { TableName: 'Things', Item: { ...Key, sk: { S: 'c' } } } };
    await expect(
      local.asRoot.dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [item, other] })),
    ).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ThrottlingError' }, { Code: 'None' }],
    });
  });

  it('is retried by the SDK client, which then succeeds', async () => {
    set('dynamodb', 'throttle', { times: 1 });
    const patient = new DynamoDBClient({
      region: REGION,
      endpoint: local.endpoint.url,
      credentials: ROOT_CREDENTIALS,
      maxAttempts: 2,
    });
    const { $metadata } = await patient.send(put);
    expect($metadata.attempts).toBe(2);
    patient.destroy();
  });
});

describe('conflict', () => {
  it('cancels a transaction, and is an error of its own for a single write', async () => {
    set('dynamodb', 'conflict');
    const update = {
      TableName: 'Things',
      Key,
      UpdateExpression: 'SET n = :n',
      ExpressionAttributeValues: { ':n': { N: '1' } },
    };
    await expect(
      local.asRoot.dynamodb.send(
        new TransactWriteItemsCommand({ TransactItems: [{ Update: update }] }),
      ),
    ).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'TransactionConflict' }],
    });
    await expect(local.asRoot.dynamodb.send(new UpdateItemCommand(update))).rejects.toMatchObject({
      name: 'TransactionConflictException',
    });
    expect(await stored()).toBe(false);
  });
});

describe('error-before and error-after', () => {
  it.each([
    ['error-before', false],
    ['error-after', true],
  ] as const)('%s is a 500, carried out: %s', async (kind, done) => {
    set('dynamodb', kind, { times: 1 });
    await expect(local.asRoot.dynamodb.send(put)).rejects.toMatchObject({
      name: 'InternalServerError',
      $metadata: { httpStatusCode: 500 },
    });
    expect(await stored()).toBe(done);
    set('sqs', kind);
    await expect(local.asRoot.sqs.send(send)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 500 },
    });
    expect(await waiting()).toBe(done ? '1' : '0');
    set('execute-api', kind);
    await expect(local.asRoot.connections('api', 'prod').send(post)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 500 },
    });
    expect(posted).toHaveLength(done ? 1 : 0);
  });
});

describe('drop and drop-after', () => {
  it.each([
    ['drop', false],
    ['drop-after', true],
  ] as const)('%s resets the connection, carried out: %s', async (kind, done) => {
    set('dynamodb', kind);
    await expect(local.asRoot.dynamodb.send(put)).rejects.toThrow('socket hang up');
    expect(await stored()).toBe(done);
  });
});

describe('duplicate', () => {
  it('carries a call out twice: two messages, and a condition that fails by its own success', async () => {
    set('sqs', 'duplicate');
    await local.asRoot.sqs.send(send);
    expect(await waiting()).toBe('2');
    set('dynamodb', 'duplicate');
    await expect(local.asRoot.dynamodb.send(put)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    expect(await stored()).toBe(true);
  });
});

describe('lost', () => {
  it('answers a post that is never delivered with 200', async () => {
    set('execute-api', 'lost');
    const { $metadata } = await local.asRoot.connections('api', 'prod').send(post);
    expect($metadata.httpStatusCode).toBe(200);
    expect(posted).toEqual([]);
  });
});

describe('delay', () => {
  it('carries a call out after so much time of the clock', async () => {
    set('sqs', 'delay', { milliseconds: 60 * 60 * 1000 });
    const sent = local.asRoot.sqs.send(send);
    // Carried out once the clock was wound past it; the call itself arrives when it does.
    const winding = setInterval(() => local.clock.wind(30 * 60 * 1000), 5);
    expect((await sent).MessageId).toEqual(expect.any(String));
    clearInterval(winding);
    expect(local.endpoint.faults.counts()).toEqual({ delay: 1 });
  });
});

describe('the counts of strikes', () => {
  it('are served with the meter', async () => {
    set('sqs', 'throttle', { times: 1 });
    await local.asRoot.sqs.send(send).catch(() => {});
    const reading: unknown = await (await fetch(`${local.endpoint.url}/_meter`)).json();
    expect(reading).toMatchObject({ faults: { throttle: 1 }, sqs: { requests: 0 } });
  });
});

function get(pk: string): GetItemCommand {
  return new GetItemCommand({ TableName: 'Things', Key: { pk: { S: pk }, sk: { S: 'b' } } });
}

describe('a hot partition', () => {
  it('throttles what touches it, and nothing else', async () => {
    set('dynamodb', 'throttle', { partition: 'hot' });
    await expect(local.asRoot.dynamodb.send(get('hot'))).rejects.toMatchObject({
      name: 'ProvisionedThroughputExceededException',
    });
    await local.asRoot.dynamodb.send(put);
    expect((await local.asRoot.dynamodb.send(get('a'))).Item).toBeDefined();
  });

  it('leaves its own items of a batch unprocessed, and only a batch of nothing else is refused', async () => {
    set('dynamodb', 'throttle', { partition: 'hot' });
    const keys = ['a', 'hot', 'c', 'hot'].map((pk, index) => ({
      pk: { S: pk },
      sk: { S: String(index) },
    }));
    const writes = new BatchWriteItemCommand({
      RequestItems: { Things: keys.map((key) => ({ PutRequest: { Item: key } })) },
    });
    const { UnprocessedItems } = await local.asRoot.dynamodb.send(writes);
    expect(UnprocessedItems?.['Things']?.map(({ PutRequest }) => PutRequest?.Item)).toEqual([
      keys[1],
      keys[3],
    ]);
    const read = (some: typeof keys) =>
      local.asRoot.dynamodb.send(
        new BatchGetItemCommand({ RequestItems: { Things: { Keys: some, ConsistentRead: true } } }),
      );
    const { Responses, UnprocessedKeys } = await read(keys);
    expect(Responses?.['Things']).toHaveLength(2);
    expect(UnprocessedKeys?.['Things']).toEqual({ Keys: [keys[1], keys[3]], ConsistentRead: true });
    await expect(read(keys.slice(1, 2))).rejects.toMatchObject({
      name: 'ProvisionedThroughputExceededException',
    });
  });
});

describe('a batch that is taken in part', () => {
  it('leaves items unprocessed at DynamoDB, carries out the rest', async () => {
    set('dynamodb', 'partial', { times: 1 });
    const requests = ['1', '2', '3'].map((sk) => ({
      PutRequest: { Item: { pk: { S: 'p' }, sk: { S: sk } } },
    }));
    const written = await local.asRoot.dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { Things: requests } }),
    );
    expect(written.UnprocessedItems?.['Things']).toHaveLength(1);
    const keys = ['1', '2', '3'].map((sk) => ({ pk: { S: 'p' }, sk: { S: sk } }));
    const read = new BatchGetItemCommand({ RequestItems: { Things: { Keys: keys } } });
    expect((await local.asRoot.dynamodb.send(read)).Responses?.['Things']).toHaveLength(2);
    set('dynamodb', 'partial', { times: 1 });
    const part = await local.asRoot.dynamodb.send(read);
    expect(part.UnprocessedKeys?.['Things']?.Keys).toHaveLength(1);
  });

  it('has failed entries inside a 200 at SQS', async () => {
    set('sqs', 'partial');
    const answer = await local.asRoot.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: jobs.url,
        Entries: ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id })),
      }),
    );
    expect(answer.Successful).toHaveLength(2);
    expect(answer.Failed).toEqual([
      expect.objectContaining({ Id: 'c', SenderFault: false, Code: 'InternalError' }),
    ]);
    expect(await waiting()).toBe('2');
  });
});
