import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Chat } from '../../lib/chat.ts';
import { functionNames, functionSizes } from '../../lib/functions.ts';
import type { ChatSettings } from '../../lib/settings.ts';
import { one, ownIssuer, stubs, synthesize } from './synthesize.ts';

const usual = synthesize();
const weekly = synthesize({ ...ownIssuer, logRetentionDays: RetentionDays.ONE_WEEK });

/** What is still there after `cdk destroy`. */
function retained(settings: ChatSettings): readonly string[] {
  const { Resources } = synthesize(settings).template.toJSON() as {
    Resources: Record<string, { Type: string; DeletionPolicy?: string }>;
  };
  return Object.values(Resources)
    .filter(({ DeletionPolicy }) => (DeletionPolicy ?? 'Delete') !== 'Delete')
    .map(({ Type }) => Type)
    .toSorted();
}

describe('the stack', () => {
  it('says where to connect, and the names that the runbooks use', () => {
    expect(Object.keys(usual.template.findOutputs('*'))).toEqual([
      'WebSocketUrl',
      'ConversationsTable',
      'UsersTable',
      'DeadLettersArn',
      'FilesBucket',
      'UploadDeadLettersArn',
    ]);
    expect(JSON.stringify(usual.template.findOutputs('WebSocketUrl'))).toMatch(
      /"wss:\/\/",\{"Ref":"ChatApi\w+"\},".execute-api.".*"\/dev"/,
    );
  });

  it('leaves nothing behind that it was told to destroy', () => {
    expect(retained({ removal: 'destroy', alarmEmail: 'a@example.com' })).toEqual([]);
  });

  it('keeps what holds data, and the account’s log role that other APIs may use by then', () => {
    expect(retained({ alarmEmail: 'a@example.com' })).toEqual([
      'AWS::ApiGateway::Account',
      'AWS::Cognito::UserPool',
      'AWS::DynamoDB::Table',
      'AWS::DynamoDB::Table',
      'AWS::IAM::Role',
      'AWS::Logs::LogGroup',
      'AWS::S3::Bucket',
    ]);
  });

  it('names nothing itself, so that several stages, or two chats of one team, live in one account', () => {
    const { Resources } = synthesize({ alarmEmail: 'a@example.com' }).template.toJSON() as {
      Resources: Record<string, { Properties?: Record<string, unknown> }>;
    };
    const names = [
      'TableName',
      'QueueName',
      'FunctionName',
      'RoleName',
      'LogGroupName',
      'TopicName',
      'BucketName',
      'AlarmName',
      'UserPoolName',
    ];
    for (const [id, { Properties = {} }] of Object.entries(Resources)) {
      for (const name of names) {
        expect([id, name, typeof Properties[name]]).not.toEqual([id, name, 'string']);
      }
    }
    const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Team');
    new Chat(stack, 'One', { code: stubs(), ...ownIssuer });
    new Chat(stack, 'Two', { code: stubs(), apiGatewayLogRole: 'present', ...ownIssuer });
    Template.fromStack(stack).resourceCountIs('AWS::ApiGatewayV2::Api', 2);
  });

  it.each(functionNames)(
    'runs %s on Node 24 and arm64, bounded, with a log of its own that ends',
    (name) => {
      weekly.template.hasResourceProperties('AWS::Lambda::Function', {
        Description: functionSizes[name].description,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: functionSizes[name].memory,
        Timeout: functionSizes[name].timeout,
        TracingConfig: Match.absent(),
        LoggingConfig: {
          LogFormat: 'JSON',
          ApplicationLogLevel: 'INFO',
          SystemLogLevel: 'WARN',
          LogGroup: { Ref: Match.stringLikeRegexp('^Chat\\w+Log') },
        },
      });
      for (const { Properties } of Object.values(weekly.resources('AWS::Logs::LogGroup'))) {
        expect(Properties['RetentionInDays']).toBe(7);
      }
      expect(Object.keys(weekly.resources('AWS::Logs::LogGroup'))).toHaveLength(
        functionNames.length + 1,
      );
    },
  );

  it('traces only when asked to', () => {
    const traced = synthesize({ ...ownIssuer, tracing: true }).resources('AWS::Lambda::Function');
    for (const { Properties } of Object.values(traced)) {
      expect(Properties['TracingConfig']).toEqual({ Mode: 'Active' });
    }
  });

  it('puts the team’s tags on everything that takes any', () => {
    const tagged = synthesize({ ...ownIssuer, tags: { team: 'chat' } });
    for (const type of ['AWS::DynamoDB::Table', 'AWS::Lambda::Function', 'AWS::SQS::Queue']) {
      for (const { Properties } of Object.values(tagged.resources(type))) {
        expect(Properties['Tags']).toContainEqual({ Key: 'team', Value: 'chat' });
      }
    }
  });
});

describe('the API', () => {
  it('F-15 throttles the stage, within the account’s quota', () => {
    const stage = one(usual, 'AWS::ApiGatewayV2::Stage').Properties;
    expect(stage['DefaultRouteSettings']).toEqual({
      ThrottlingRateLimit: 2_000,
      ThrottlingBurstLimit: 1_000,
    });
    const own = one(
      synthesize({ ...ownIssuer, ratePerSecond: 50, burst: 20, stage: 'prod' }),
      'AWS::ApiGatewayV2::Stage',
    );
    expect(own.Properties).toMatchObject({
      StageName: 'prod',
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 20 },
    });
  });

  it('logs no query string, no header and no body, where a token or a message may be', () => {
    const stage = one(usual, 'AWS::ApiGatewayV2::Stage').Properties;
    const { Format } = stage['AccessLogSettings'] as { Format: string };
    expect(Object.values(JSON.parse(Format) as Record<string, string>).toSorted()).toEqual([
      '$context.authorizer.status',
      '$context.connectionId',
      '$context.error.responseType',
      '$context.eventType',
      '$context.identity.sourceIp',
      '$context.integration.status',
      '$context.integrationLatency',
      '$context.requestId',
      '$context.requestTimeEpoch',
      '$context.routeKey',
      '$context.status',
    ]);
    // API Gateway's execution logs would hold whole requests: they stay off.
    expect(stage['DefaultRouteSettings']).not.toHaveProperty('LoggingLevel');
    expect(stage['DefaultRouteSettings']).not.toHaveProperty('DataTraceEnabled');
  });

  it('makes the account’s log role before the stage, unless there is one', () => {
    const account = one(usual, 'AWS::ApiGateway::Account');
    expect(one(usual, 'AWS::ApiGatewayV2::Stage').DependsOn).toContain(account.id);
    synthesize({ ...ownIssuer, apiGatewayLogRole: 'present' }).template.resourceCountIs(
      'AWS::ApiGateway::Account',
      0,
    );
  });
});
