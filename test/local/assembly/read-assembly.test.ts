import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import type { Resources } from '../../../local/assembly/resources.ts';
import { UserError } from '../../../local/user-error.ts';
import { writeAssembly } from './an-assembly.ts';
import type { StackOfTest } from './an-assembly.ts';

const ROLE = { Type: 'AWS::IAM::Role', Properties: {} };

/** Reads an assembly with one stack, `Stack`, of these resources. */
function read(
  resources: object,
  others: Partial<StackOfTest> & { rest?: object } = {},
): Promise<Resources> {
  const { rest = {}, ...stack } = others;
  const template = { Resources: resources, ...rest };
  return readAssembly(writeAssembly({ Stack: { ...stack, template } }));
}

function aFunctionWith(properties: object): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: '' },
      ...properties,
    },
  };
}

describe('reading functions', () => {
  it('resolves code, role and environment', async () => {
    const resources = await read(
      {
        Role: ROLE,
        Table: { Type: 'AWS::DynamoDB::Table', Properties: TABLE },
        Subject: aFunctionWith({
          Code: { S3Bucket: { 'Fn::Sub': 'cdk-${AWS::AccountId}' }, S3Key: 'abc.zip' },
          Timeout: 7,
          Environment: { Variables: { TABLE: { Ref: 'Table' }, LIMIT: 5 } },
        }),
      },
      { assets: { 'abc.zip': 'asset.abc' } },
    );
    const [subject] = resources.functions;
    expect(subject).toMatchObject({
      logicalId: 'Subject',
      name: expect.stringMatching(/^Stack-Subject-[A-Z0-9]{12}$/) as string,
      arn: `arn:aws:lambda:us-east-1:000000000000:function:${subject?.name}`,
      roleArn: resources.roles[0]?.arn,
      codeDirectory: expect.stringMatching(/asset\.abc$/) as string,
      timeoutSeconds: 7,
      memoryMegabytes: 128,
      environment: { TABLE: resources.tables[0]?.name, LIMIT: '5' },
    });
  });

  it('takes inline code', async () => {
    const { functions } = await read({
      Role: ROLE,
      Subject: aFunctionWith({ Code: { ZipFile: 'exports.handler = 1' } }),
    });
    expect(functions[0]).toMatchObject({ inlineCode: 'exports.handler = 1', codeDirectory: '' });
  });

  it('says so when the code of a function is missing', async () => {
    const reading = read({ Role: ROLE, Subject: aFunctionWith({ Code: { S3Key: 'x.zip' } }) });
    await expect(reading).rejects.toThrow('the code of function Subject is not in the assembly');
  });

  it('joins permissions and event source mappings by name, ARN and alias', async () => {
    const { functions, permissions, eventSourceMappings, queues } = await read({
      Role: ROLE,
      Subject: aFunctionWith({ FunctionName: 'subject' }),
      Alias: {
        Type: 'AWS::Lambda::Alias',
        Properties: { FunctionName: { Ref: 'Subject' }, Name: 'live' },
      },
      Queue: { Type: 'AWS::SQS::Queue' },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { 'Fn::GetAtt': ['Subject', 'Arn'] },
          Principal: 'apigateway.amazonaws.com',
        },
      },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          FunctionName: { Ref: 'Alias' },
          BatchSize: '5',
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ScalingConfig: { MaximumConcurrency: 2 },
        },
      },
    });
    expect(permissions[0]?.functionArn).toBe(functions[0]?.arn);
    expect(eventSourceMappings).toEqual([
      {
        logicalId: 'Mapping',
        functionArn: functions[0]?.arn,
        queueArn: queues[0]?.arn,
        enabled: true,
        batchSize: 5,
        batchingWindowSeconds: 0,
        reportBatchItemFailures: true,
        maximumConcurrency: 2,
      },
    ]);
  });
});

const TABLE = {
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};

const document = (action: string): object => ({
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});

describe('reading queues, tables and roles', () => {
  it('gives a queue the attributes of CreateQueue, and FIFO names their ending', async () => {
    const { queues } = await read({
      Dead: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          FifoQueue: 'true',
          VisibilityTimeout: 60,
          RedrivePolicy: {
            deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] },
            maxReceiveCount: 5,
          },
        },
      },
    });
    const [dead, queue] = queues;
    expect(queue).toMatchObject({
      name: expect.stringMatching(/^Stack-Queue-[A-Z0-9]{12}\.fifo$/) as string,
      fifo: true,
      url: `https://sqs.us-east-1.amazonaws.com/000000000000/${queue?.name}`,
      attributes: {
        FifoQueue: 'true',
        VisibilityTimeout: '60',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead?.arn, maxReceiveCount: 5 }),
      },
    });
  });

  it('gives a table the input of CreateTable and its TTL attribute', async () => {
    const { tables } = await read({
      Plain: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          ...TABLE,
          StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      },
      Global: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { ...TABLE, TableName: 'mine' } },
    });
    expect(tables[0]).toMatchObject({
      ttlAttribute: 'expiresAt',
      createTable: {
        TableName: tables[0]?.name,
        ...TABLE,
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      },
    });
    expect(tables[0]?.createTable).not.toHaveProperty('PointInTimeRecoverySpecification');
    expect(tables[1]).toMatchObject({ name: 'mine', createTable: { TableName: 'mine' } });
  });

  it('collects what is attached to a role, whichever way', async () => {
    const { roles, unknownTypes } = await read({
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [{ PolicyName: 'p', PolicyDocument: document('sqs:SendMessage') }],
          ManagedPolicyArns: [
            { Ref: 'Managed' },
            'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
            'arn:aws:iam::aws:policy/Strange',
          ],
        },
      },
      Managed: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: document('sns:Publish') },
      },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          Roles: [{ Ref: 'Role' }],
          PolicyDocument: {
            Statement: {
              Effect: 'Deny',
              NotAction: ['dynamodb:*'],
              Resource: { 'Fn::Sub': 'arn:aws:dynamodb:${AWS::Region}::table/x' },
              Condition: { StringEquals: { a: 'b' }, Bool: { c: 'true' } },
            },
          },
        },
      },
    });
    expect(roles[0]?.statements.map(({ effect, actions }) => [effect, actions])).toEqual([
      ['Allow', ['sqs:SendMessage']],
      ['Allow', ['sns:Publish']],
      ['Allow', ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']],
      ['Deny', []],
    ]);
    expect(roles[0]?.statements.at(-1)).toMatchObject({
      notActions: ['dynamodb:*'],
      resources: ['arn:aws:dynamodb:us-east-1::table/x'],
      conditions: { StringEquals: { a: 'b' }, Bool: { c: 'true' } },
    });
    expect(unknownTypes).toEqual(['AWS::IAM::ManagedPolicy (arn:aws:iam::aws:policy/Strange)']);
  });
});

const part = (type: string, properties: object): object => ({
  Type: `AWS::ApiGatewayV2::${type}`,
  Properties: { ApiId: { Ref: 'Api' }, ...properties },
});

describe('reading WebSocket APIs', () => {
  const uri = {
    'Fn::Join': [
      '',
      [
        'arn:aws:apigateway:',
        { Ref: 'AWS::Region' },
        ':lambda:path/2015-03-31/functions/',
        { 'Fn::GetAtt': ['Subject', 'Arn'] },
        '/invocations',
      ],
    ],
  };
  const api = {
    Role: ROLE,
    Subject: aFunctionWith({}),
    Api: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: {
        Name: 'api',
        ProtocolType: 'WEBSOCKET',
        RouteSelectionExpression: '$request.body.type',
      },
    },
    Integration: part('Integration', { IntegrationType: 'AWS_PROXY', IntegrationUri: uri }),
    Authorizer: part('Authorizer', {
      AuthorizerType: 'REQUEST',
      AuthorizerUri: uri,
      IdentitySource: ['route.request.header.Authorization'],
    }),
    Connect: part('Route', {
      RouteKey: '$connect',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: 'Authorizer' },
      Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
    }),
    Stage: part('Stage', { StageName: 'live', StageVariables: { a: 'b' } }),
  };
  const target = { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] };

  it('joins routes, integrations, authorizers and stages', async () => {
    const { webSocketApis, functions, outputs } = await read(api, {
      rest: { Outputs: { Url: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } } },
    });
    const [subject] = functions;
    const [joined] = webSocketApis;
    expect(joined).toEqual({
      logicalId: 'Api',
      apiId: expect.stringMatching(/^[a-z0-9]{10}$/) as string,
      routeSelectionExpression: '$request.body.type',
      stages: [{ name: 'live', variables: { a: 'b' } }],
      routes: [
        {
          routeKey: '$connect',
          functionArn: subject?.arn,
          hasRouteResponse: false,
          authorizer: {
            functionArn: subject?.arn,
            identitySources: ['route.request.header.Authorization'],
            arn: expect.stringMatching(
              /^arn:aws:execute-api:us-east-1:000000000000:[a-z0-9]{10}\/authorizers\/[a-z0-9]{7}$/,
            ) as string,
            logicalId: 'Authorizer',
          },
        },
      ],
    });
    expect(outputs).toEqual({ Url: `wss://${joined?.apiId}.execute-api.us-east-1.amazonaws.com` });
  });

  it('takes an answer for wanted only with both the response and its selection', async () => {
    const response = (route: string): object =>
      part('RouteResponse', { RouteId: { Ref: route }, RouteResponseKey: '$default' });
    const selection = { RouteResponseSelectionExpression: '$default' };
    const { webSocketApis } = await read({
      ...api,
      Both: part('Route', { RouteKey: 'both', Target: target, ...selection }),
      BothResponse: response('Both'),
      OnlyResponse: part('Route', { RouteKey: 'onlyResponse', Target: target }),
      OnlyResponseResponse: response('OnlyResponse'),
      OnlySelection: part('Route', { RouteKey: 'onlySelection', Target: target, ...selection }),
    });
    const answered = webSocketApis[0]?.routes.map((r) => [r.routeKey, r.hasRouteResponse]);
    expect(answered).toEqual([
      ['$connect', false],
      ['both', true],
      ['onlyResponse', false],
      ['onlySelection', false],
    ]);
  });

  it('closes a route whose authorization it does not know, and says so', async () => {
    const { webSocketApis, unknownTypes } = await read({
      ...api,
      Iam: part('Route', { RouteKey: 'iam', AuthorizationType: 'AWS_IAM', Target: target }),
    });
    expect(webSocketApis[0]?.routes.map(({ routeKey }) => routeKey)).toEqual(['$connect']);
    expect(unknownTypes).toEqual(['AWS::ApiGatewayV2::Route (authorization AWS_IAM)']);
  });

  it('names HTTP APIs and integrations that it does not run', async () => {
    const { webSocketApis, unknownTypes } = await read({
      ...api,
      Http: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
      Mock: part('Integration', { IntegrationType: 'MOCK' }),
      Route: part('Route', {
        RouteKey: 'mock',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Mock' }]] },
      }),
    });
    expect(webSocketApis).toHaveLength(1);
    expect(unknownTypes).toEqual([
      'AWS::ApiGatewayV2::Integration (MOCK)',
      'AWS::ApiGatewayV2::Api (HTTP)',
    ]);
  });
});

describe('reading stacks', () => {
  it('gives the same names at every reading', async () => {
    const queue = { Queue: { Type: 'AWS::SQS::Queue' } };
    expect((await read(queue)).queues).toEqual((await read(queue)).queues);
  });

  it('stands where the stack is bound to, else in us-east-1', async () => {
    const queue = { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } } };
    expect((await read(queue)).queues[0]?.arn).toBe('arn:aws:sqs:us-east-1:000000000000:q');
    const bound = await read(queue, { environment: 'aws://123456789012/eu-central-1' });
    expect(bound.queues[0]?.arn).toBe('arn:aws:sqs:eu-central-1:123456789012:q');
  });

  it('leaves out what a condition leaves out', async () => {
    const { queues, outputs } = await read(
      {
        Kept: { Type: 'AWS::SQS::Queue', Condition: 'IsProd' },
        Gone: { Type: 'AWS::SQS::Queue', Condition: 'IsTest' },
      },
      {
        parameters: { Stage: 'prod' },
        rest: {
          Parameters: { Stage: { Type: 'String', Default: 'test' } },
          Conditions: {
            IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
            IsTest: { 'Fn::Not': [{ Condition: 'IsProd' }] },
          },
          Outputs: {
            A: { Value: { Ref: 'Stage' } },
            B: { Value: { Ref: 'Gone' }, Condition: 'IsTest' },
          },
        },
      },
    );
    expect(queues.map(({ logicalId }) => logicalId)).toEqual(['Kept']);
    expect(outputs).toEqual({ A: 'prod' });
  });

  it('reads several stacks, what one imports from the other, and what is nested', async () => {
    const folder = writeAssembly({
      Reader: {
        template: {
          Resources: {
            Role: ROLE,
            Subject: aFunctionWith({
              Environment: { Variables: { QUEUE: { 'Fn::ImportValue': 'the-queue' } } },
            }),
          },
          Outputs: { Name: { Value: 'reader' } },
        },
      },
      Owner: {
        template: {
          Resources: {
            Queue: { Type: 'AWS::SQS::Queue' },
            Inner: {
              Type: 'AWS::CloudFormation::Stack',
              Properties: {
                TemplateURL: { 'Fn::Sub': 'https://s3.${AWS::Region}.${AWS::URLSuffix}/b/in.json' },
                Parameters: { Source: { Ref: 'Queue' } },
              },
            },
          },
          Outputs: {
            Name: { Value: { 'Fn::GetAtt': ['Inner', 'Outputs.Topic'] } },
            Exported: { Value: { Ref: 'Queue' }, Export: { Name: 'the-queue' } },
          },
        },
        assets: { 'in.json': 'inner.template.json' },
      },
    });
    const inner = {
      Parameters: { Source: { Type: 'String' } },
      Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inner' } } },
      Outputs: { Topic: { Value: { 'Fn::Sub': '${Source}!' } } },
    };
    writeFileSync(join(folder, 'inner.template.json'), JSON.stringify(inner));

    const { stackName, functions, queues, outputs } = await readAssembly(folder);
    const outer = queues.find(({ logicalId, name }) => logicalId === 'Queue' && name !== 'inner');
    expect(stackName).toBe('Reader');
    expect(queues).toHaveLength(2);
    expect(functions[0]?.environment).toEqual({ QUEUE: outer?.url });
    expect(outputs).toEqual({
      'Reader.Name': 'reader',
      'Owner.Name': `${outer?.url}!`,
      Exported: outer?.url,
    });
  });

  it('names the types that it does not run, and resolves references to them', async () => {
    const { unknownTypes, outputs } = await read(
      {
        Cdn: { Type: 'AWS::CloudFront::Distribution', Properties: { X: { 'Fn::Transform': 1 } } },
        Metadata: { Type: 'AWS::CDK::Metadata' },
        Alarm: { Type: 'AWS::CloudWatch::Alarm' },
      },
      { rest: { Outputs: { Host: { Value: { 'Fn::GetAtt': ['Cdn', 'DomainName'] } } } } },
    );
    expect(unknownTypes).toEqual(['AWS::CloudFront::Distribution']);
    expect(outputs).toEqual({ Host: 'Cdn.DomainName' });
  });
});

async function messageOf(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).not.toContain('\n');
  return message;
}

describe('an assembly that cannot be read', () => {
  it('says what to do when there is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'test-empty-'));
    expect(await messageOf(readAssembly(folder))).toMatch(/no cloud assembly.*cdk synth/);
    expect(await messageOf(readAssembly(join(folder, 'nowhere')))).toMatch(/no cloud assembly/);
  });

  it('names the file that is missing or broken', async () => {
    const folder = writeAssembly({ Stack: { template: { Resources: {} } } });
    const template = join(folder, 'Stack.template.json');
    writeFileSync(template, '{"Resources":');
    expect(await messageOf(readAssembly(folder))).toMatch(/Stack\.template\.json is not JSON/);
    rmSync(template);
    expect(await messageOf(readAssembly(folder))).toMatch(/Stack\.template\.json is missing/);
    writeFileSync(join(folder, 'manifest.json'), '{"artifacts":7}');
    expect(await messageOf(readAssembly(folder))).toMatch(/manifest\.json has another form/);
  });

  it('names the resource and the property that are wrong', async () => {
    const wrong = { Queue: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: 7 } } };
    expect(await messageOf(read(wrong))).toMatch(/AWS::DynamoDB::Table Queue is not valid/);
    const dangling = {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'No' } } },
    };
    expect(await messageOf(read(dangling))).toMatch(
      'unable to read AWS::SQS::Queue Queue of stack Stack; there is no resource or parameter No',
    );
  });

  it('says so when there is no stack', async () => {
    expect(await messageOf(readAssembly(writeAssembly({})))).toMatch(/has no stack/);
  });
});
