import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAssembly } from './assembly/an-assembly.ts';

/**
 * A stack with one of each: a WebSocket API, a table, a FIFO queue, a function for the routes and a worker. A frame
 * `{do: 'put', key, value}` writes, `{do: 'get', key}` reads, `{do: 'later', text}` has the worker post the text.
 */
export interface SmallStack {
  /** Answered by every route. Default `1`. */
  readonly version?: string;
  /** Text of the routes' function instead of the usual one. */
  readonly code?: string;
  /** What the routes' function may do with the table. Default: put and get. */
  readonly tableActions?: readonly string[];
  readonly routes?: readonly string[];
}

const ROUTES_CODE = `
  import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
  import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
  const db = new DynamoDBClient({ maxAttempts: 1 });
  const sqs = new SQSClient({});
  const { TABLE, QUEUE } = process.env;
  const actions = {
    put: ({ key, value }) =>
      db.send(new PutItemCommand({ TableName: TABLE, Item: { pk: { S: key }, value: { S: value } } })),
    get: async ({ key }) =>
      (await db.send(new GetItemCommand({ TableName: TABLE, Key: { pk: { S: key } } }))).Item?.value.S,
    later: ({ text }, connectionId) =>
      sqs.send(new SendMessageCommand({
        QueueUrl: QUEUE,
        MessageBody: JSON.stringify({ text, connectionId }),
        MessageGroupId: 'g',
        MessageDeduplicationId: String(Math.random()),
      })),
  };
  export const handler = async ({ body, requestContext: { routeKey, connectionId } }) => {
    if (routeKey.startsWith('$')) return { statusCode: 200 };
    const request = JSON.parse(body);
    let answer;
    try {
      answer = await actions[routeKey](request, connectionId);
    } catch (error) {
      answer = error.name;
    }
    return { statusCode: 200, body: JSON.stringify({ did: routeKey, answer, version: VERSION }) };
  };`;

const WORKER_CODE = `
  import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
  const client = new ApiGatewayManagementApiClient({ endpoint: process.env.CONNECTIONS });
  export const handler = async ({ Records }) => {
    for (const { body } of Records) {
      const { text, connectionId } = JSON.parse(body);
      console.log('posting');
      await client.send(new PostToConnectionCommand({
        ConnectionId: connectionId,
        Data: JSON.stringify({ posted: text }),
      }));
    }
  };`;

/** Writes the assembly of a small stack into `folder`, by default a new one, and answers it. */
export function writeSmallStack(stack: SmallStack = {}, folder?: string): string {
  const written = writeAssembly({
    Small: {
      template: templateOf(stack),
      assets: { 'routes.zip': 'asset.routes', 'worker.zip': 'asset.worker' },
    },
  });
  const { code = ROUTES_CODE, version = '1' } = stack;
  const asset = (name: string, text: string): void => {
    mkdirSync(join(written, name));
    writeFileSync(join(written, name, 'index.mjs'), text);
  };
  asset('asset.routes', `${code}\nconst VERSION = '${version}';`);
  asset('asset.worker', WORKER_CODE);
  if (folder === undefined) return written;
  cpSync(written, folder, { recursive: true });
  return folder;
}

function templateOf(stack: SmallStack): object {
  const {
    tableActions = ['dynamodb:PutItem', 'dynamodb:GetItem'],
    routes = ['put', 'get', 'later'],
  } = stack;
  return {
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
      },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      RoutesRole: role([
        [tableActions, arnOf('Table')],
        [['sqs:SendMessage'], arnOf('Queue')],
      ]),
      Routes: lambda('RoutesRole', 'routes.zip', {
        TABLE: { Ref: 'Table' },
        QUEUE: { Ref: 'Queue' },
      }),
      WorkerRole: role([
        [['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arnOf('Queue')],
        [['execute-api:ManageConnections'], '*'],
      ]),
      Worker: lambda('WorkerRole', 'worker.zip', {
        CONNECTIONS: {
          'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/live',
        },
      }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: arnOf('Queue'), FunctionName: { Ref: 'Worker' } },
      },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: arnOf('Routes'),
          Principal: 'apigateway.amazonaws.com',
        },
      },
      Api: {
        Type: 'AWS::ApiGatewayV2::Api',
        Properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.do' },
      },
      Stage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: { ApiId: { Ref: 'Api' }, StageName: 'live' },
      },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: { Ref: 'Api' },
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: {
            'Fn::Sub':
              'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Routes.Arn}/invocations',
          },
        },
      },
      ...Object.fromEntries(['$connect', ...routes].flatMap(route)),
    },
    Outputs: { Url: { Value: { 'Fn::Sub': 'wss://${Api}.execute-api.${AWS::Region}.x/live' } } },
  };
}

function arnOf(id: string): object {
  return { 'Fn::GetAtt': [id, 'Arn'] };
}

function route(key: string, index: number): [string, object][] {
  const selection = { RouteResponseSelectionExpression: '$default' };
  const properties = { ApiId: { Ref: 'Api' }, RouteKey: key };
  const target = { 'Fn::Sub': 'integrations/${Integration}' };
  return [
    [
      `Route${index}`,
      {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: { ...properties, ...selection, Target: target },
      },
    ],
    [
      `Response${index}`,
      {
        Type: 'AWS::ApiGatewayV2::RouteResponse',
        Properties: {
          ApiId: { Ref: 'Api' },
          RouteId: { Ref: `Route${index}` },
          RouteResponseKey: '$default',
        },
      },
    ],
  ];
}

function role(grants: readonly (readonly [actions: readonly string[], on: unknown])[]): object {
  const statements = grants.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource }));
  return {
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }] },
  };
}

function lambda(roleId: string, key: string, variables: object): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      MemorySize: 512,
      Timeout: 20,
      Role: { 'Fn::GetAtt': [roleId, 'Arn'] },
      Code: { S3Key: key },
      Environment: { Variables: variables },
    },
  };
}
