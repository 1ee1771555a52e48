import {
  ApiGatewayManagementApiServiceException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import {
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  GetQueueUrlCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { PolicyStatement } from '../../../local/assembly/resources.ts';
import { clientsOf, gatewayOf, startTestEndpoint } from '../../support/local-endpoint.ts';
import type { TestEndpoint } from '../../support/local-endpoint.ts';
import {
  ACCOUNT,
  allow,
  CALLER_ARN,
  deny,
  queue,
  REGION,
  resourcesOf,
  table,
  webSocketApi,
} from '../../support/resources.ts';
import { Started } from '../../support/started.ts';

const things = table('Things');
const jobs = queue('jobs');
const posts = `arn:aws:execute-api:${REGION}:${ACCOUNT}:api/prod/POST/@connections/*`;
const item = { pk: { S: 'a' }, sk: { S: 'b' } };
const put = new PutItemCommand({ TableName: 'Things', Item: item });
const send = new SendMessageCommand({ QueueUrl: jobs.url, MessageBody: 'x' });
const post = new PostToConnectionCommand({ ConnectionId: 'abc=', Data: 'x' });

const started = new Started();

async function start(statements: readonly PolicyStatement[]): Promise<TestEndpoint> {
  const webSocketApis = [webSocketApi()];
  const resources = resourcesOf({ statements, tables: [things], queues: [jobs], webSocketApis });
  return started.add(startTestEndpoint(resources, gatewayOf()));
}

afterEach(() => started.stop());

describe('a call of a function', () => {
  it('is carried out if the role grants it', async () => {
    const { asFunction } = await start([
      allow('dynamodb:PutItem', things.arn),
      allow('sqs:SendMessage', jobs.arn),
      allow('execute-api:ManageConnections', posts),
    ]);
    await asFunction.dynamodb.send(put);
    expect((await asFunction.sqs.send(send)).MessageId).toEqual(expect.any(String));
    expect((await asFunction.connections('api', 'prod').send(post)).$metadata.httpStatusCode).toBe(
      200,
    );
  });

  it('is AccessDeniedException in the words of AWS once the grant is gone (DynamoDB)', async () => {
    const { asFunction } = await start([allow('dynamodb:GetItem', things.arn)]);
    await expect(asFunction.dynamodb.send(put)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: ${CALLER_ARN} is not authorized to perform: dynamodb:PutItem on resource: ${things.arn} because no identity-based policy allows the dynamodb:PutItem action`,
      $metadata: { httpStatusCode: 400 },
    });
    await expect(
      asFunction.dynamodb.send(new GetItemCommand({ TableName: 'Things', Key: item })),
    ).resolves.not.toHaveProperty('Item');
  });

  it('names an explicit deny', async () => {
    const { asFunction } = await start([allow('*', '*'), deny('dynamodb:*', things.arn)]);
    await expect(asFunction.dynamodb.send(put)).rejects.toThrow(
      'with an explicit deny in an identity-based policy',
    );
  });

  it('is AccessDenied once the grant is gone (SQS)', async () => {
    const { asFunction } = await start([]);
    await expect(asFunction.sqs.send(send)).rejects.toMatchObject({
      name: 'AccessDenied',
      Code: 'AccessDenied',
      message: `User: ${CALLER_ARN} is not authorized to perform: sqs:sendmessage on resource: ${jobs.arn} because no identity-based policy allows the sqs:sendmessage action`,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('is refused with 403 once the grant is gone (@connections)', async () => {
    const { asFunction } = await start([
      allow('execute-api:ManageConnections', posts.replace('/POST/', '/DELETE/')),
    ]);
    const refused = asFunction.connections('api', 'prod').send(post);
    await expect(refused).rejects.toBeInstanceOf(ApiGatewayManagementApiServiceException);
    await expect(refused).rejects.toMatchObject({
      name: 'AccessDeniedException',
      // AWS masks the account and leaves the connection out.
      message: `User: ${CALLER_ARN} is not authorized to perform: execute-api:ManageConnections on resource: arn:aws:execute-api:${REGION}:********9012:api/prod/POST/@connections/{connectionId} because no identity-based policy allows the execute-api:ManageConnections action`,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('is ForbiddenException at an API or a stage that does not exist', async () => {
    const { asFunction } = await start([allow('*', '*')]);
    const forbidden = { name: 'ForbiddenException', $metadata: { httpStatusCode: 403 } };
    await expect(asFunction.connections('api', 'other').send(post)).rejects.toMatchObject(
      forbidden,
    );
    await expect(asFunction.connections('none', 'prod').send(post)).rejects.toMatchObject(
      forbidden,
    );
  });

  it('needs the single actions of a transaction, and its condition checks', async () => {
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName: 'Things', Item: item } },
        {
          ConditionCheck: {
            TableName: 'Things',
            Key: { pk: { S: 'c' }, sk: { S: 'd' } },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ],
    });
    const lacking = await start([
      allow(['dynamodb:PutItem', 'dynamodb:TransactWriteItems'], things.arn),
    ]);
    await expect(lacking.asFunction.dynamodb.send(transaction)).rejects.toThrow(
      'is not authorized to perform: dynamodb:ConditionCheckItem',
    );
    await lacking.stop();
    const granted = await start([
      allow(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'], things.arn),
    ]);
    await granted.asFunction.dynamodb.send(transaction);
  });

  it("needs a batch's own action at DynamoDB, the single action at SQS", async () => {
    const { asFunction } = await start([
      allow('dynamodb:PutItem', things.arn),
      allow('sqs:SendMessage', jobs.arn),
    ]);
    await expect(
      asFunction.dynamodb.send(
        new BatchWriteItemCommand({ RequestItems: { Things: [{ PutRequest: { Item: item } }] } }),
      ),
    ).rejects.toThrow('is not authorized to perform: dynamodb:BatchWriteItem');
    const batch = new SendMessageBatchCommand({
      QueueUrl: jobs.url,
      Entries: [{ Id: '1', MessageBody: 'x' }],
    });
    expect((await asFunction.sqs.send(batch)).Successful).toHaveLength(1);
  });

  it('is judged as if it had come over TLS', async () => {
    const plain = { Bool: { 'aws:SecureTransport': 'false' } };
    const { asFunction } = await start([allow('*', '*'), { ...deny('*', '*'), conditions: plain }]);
    await expect(asFunction.dynamodb.send(put)).resolves.toBeDefined();
  });

  it('is told of a condition that the matcher cannot judge, once', async () => {
    const { asFunction, log } = await start([
      { ...allow('*', '*'), conditions: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } },
    ]);
    await expect(asFunction.dynamodb.send(put)).rejects.toThrow('is not authorized');
    await expect(asFunction.dynamodb.send(put)).rejects.toThrow('is not authorized');
    expect(log).toEqual([expect.stringContaining('IpAddress')]);
  });
});

describe('a call of anybody else', () => {
  it('may do everything with the root key', async () => {
    const { asRoot } = await start([]);
    await asRoot.dynamodb.send(put);
    expect((await asRoot.sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).QueueUrl).toBe(
      jobs.url,
    );
  });

  it('is refused with a key that nobody has, under the name of each service', async () => {
    const { endpoint } = await start([]);
    const strangers = clientsOf(endpoint.url, {
      accessKeyId: 'ASIASTRANGER',
      secretAccessKey: 'x',
    });
    await expect(strangers.dynamodb.send(put)).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    await expect(strangers.sqs.send(send)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(strangers.connections('api', 'prod').send(post)).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    strangers.dynamodb.destroy();
    strangers.sqs.destroy();
  });

  it('is refused without a signature', async () => {
    const { endpoint } = await start([]);
    const answer = await fetch(endpoint.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
      body: '{}',
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      __type: 'com.amazon.coral.service#MissingAuthenticationTokenException',
    });
  });

  it('is told in a sentence which service the local cloud does not run', async () => {
    const { endpoint } = await start([]);
    const answer = await fetch(endpoint.url, {
      method: 'POST',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIAX/20260101/eu-west-1/kinesis/aws4_request, SignedHeaders=host, Signature=x',
      },
    });
    expect(await answer.json()).toMatchObject({
      message: 'The local cloud does not run the service "kinesis".',
    });
  });

  it.each([
    'DynamoDB_20120810.PutItem',
    'AmazonSQS.SendMessage',
    'AmazonSQS.constructor',
    'DynamoDB_20120810.',
  ])('is answered with 400 for a body or an operation that cannot be read: %s', async (target) => {
    const { endpoint } = await start([]);
    const answer = await fetch(endpoint.url, {
      method: 'POST',
      headers: {
        'x-amz-target': target,
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/r/s/aws4_request, SignedHeaders=host, Signature=x',
      },
      body: '[1',
    });
    expect(answer.status).toBe(400);
  });
});
