import { ENV } from '../../lambdas/env.ts';
import { functionNames, type FunctionName } from '../../lib/functions.ts';
import { rights } from '../../lib/rights.ts';
import { DEFAULT_LIMITS } from '../../protocol/settable-limits.ts';
import { one, ownIssuer, synthesize, type Synthesized } from './synthesize.ts';

const stack = synthesize({ ...ownIssuer, allowedOrigins: ['https://a.example.com'] });

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** The beginning of a function's logical ids: `fan-out` → `ChatFanOut`. */
function idOf(name: FunctionName): string {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `Chat${words.join('')}`;
}

/** All that a function's role may do, as `action resource` pairs; the resource as the template's JSON. */
function allowed({ resources }: Synthesized, name: FunctionName): readonly string[] {
  const policies = Object.entries(resources('AWS::IAM::Policy')).filter(([id]) =>
    id.startsWith(`${idOf(name)}Role`),
  );
  return policies
    .flatMap(
      ([, { Properties }]) =>
        (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
    )
    .flatMap(({ Effect, Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          (Array.isArray(Resource) ? (Resource as unknown[]) : [Resource]).map(
            (resource) => `${Effect} ${action} ${JSON.stringify(resource)}`,
          ),
        ),
    )
    .toSorted();
}

function arnOf(type: string, idBegins: string): string {
  return JSON.stringify({ 'Fn::GetAtt': [one(stack, type, idBegins).id, 'Arn'] });
}

function environmentOf(name: FunctionName): Readonly<Record<string, unknown>> {
  const { Properties } = one(stack, 'AWS::Lambda::Function', `${idOf(name)}Function`);
  return (Properties['Environment'] as { Variables: Record<string, unknown> }).Variables;
}

const conversations = arnOf('AWS::DynamoDB::Table', 'ChatTablesConversations');
const users = arnOf('AWS::DynamoDB::Table', 'ChatTablesUsers');
const queue = arnOf('AWS::SQS::Queue', 'ChatFanOutQueueNudges');
const uploadQueue = arnOf('AWS::SQS::Queue', 'ChatAttachmentsUploaded');

/** Of every object below a prefix. */
function filesArn(prefix: string): string {
  const bucket = { 'Fn::GetAtt': [one(stack, 'AWS::S3::Bucket').id, 'Arn'] };
  return JSON.stringify({ 'Fn::Join': ['', [bucket, `/${prefix}*`]] });
}

function connectionsArn(method: string): string {
  const api = one(stack, 'AWS::ApiGatewayV2::Api').id;
  const parts = [{ Ref: 'AWS::Partition' }, ':execute-api:', { Ref: 'AWS::Region' }, ':'];
  return JSON.stringify({
    'Fn::Join': [
      '',
      [
        'arn:',
        ...parts,
        { Ref: 'AWS::AccountId' },
        ':',
        { Ref: api },
        `/dev/${method}/@connections/*`,
      ],
    ],
  });
}

describe('the rights of the functions', () => {
  it.each(functionNames)('gives %s exactly what the table says, on exact resources', (name) => {
    const log = arnOf('AWS::Logs::LogGroup', `${idOf(name)}Log`);
    const table = rights[name];
    expect(allowed(stack, name)).toEqual(
      [
        `Allow logs:CreateLogStream ${log}`,
        `Allow logs:PutLogEvents ${log}`,
        ...(table.conversations ?? []).map((action) => `Allow dynamodb:${action} ${conversations}`),
        ...(table.users ?? []).map((action) => `Allow dynamodb:${action} ${users}`),
        ...(table.fanOutQueue ?? []).map((action) => `Allow sqs:${action} ${queue}`),
        ...(table.uploads ?? []).map((action) => `Allow s3:${action} ${filesArn('uploads/')}`),
        ...(table.kept ?? []).map((action) => `Allow s3:${action} ${filesArn('kept/')}`),
        ...(table.uploadQueue ?? []).map((action) => `Allow sqs:${action} ${uploadQueue}`),
        ...(table.connections ?? []).map(
          (method) => `Allow execute-api:ManageConnections ${connectionsArn(method)}`,
        ),
      ].toSorted(),
    );
  });

  it.each(functionNames)('gives %s a role of its own, with no policy managed elsewhere', (name) => {
    const role = one(stack, 'AWS::IAM::Role', `${idOf(name)}Role`);
    expect(Object.keys(role.Properties)).toEqual(['AssumeRolePolicyDocument']);
    const { Properties } = one(stack, 'AWS::Lambda::Function', `${idOf(name)}Function`);
    expect(Properties['Role']).toEqual({ 'Fn::GetAtt': [role.id, 'Arn'] });
  });

  it('has no wildcard in any action, and in a resource only where an id is not known beforehand', () => {
    for (const name of functionNames) {
      for (const right of allowed(stack, name)) {
        const [, action = '', resource = ''] = right.split(' ');
        expect(action).not.toContain('*');
        const known = resource.replace(/\/(@connections|uploads|kept)\/\*/, '/$1/ID');
        expect(known).not.toContain('*');
      }
    }
  });

  it('opens who tells or closes the way to connections, and reading each queue its own worker alone', () => {
    for (const name of functionNames) {
      const text = allowed(stack, name).join('\n');
      const opened = ['execute-api', 'sqs:ReceiveMessage'].map((part) => text.includes(part));
      const isFanOut = name === 'fan-out';
      const isWorker = isFanOut || name === 'uploads';
      const posts = ['connection', 'fan-out', 'identity', 'signals'].includes(name);
      expect([name, ...opened]).toEqual([name, posts, isWorker]);
    }
  });

  it('tells each function the variables that it needs, and no other', () => {
    const chat = [ENV.generation, ENV.attachmentBytes, ENV.limits];
    const signals = [ENV.conversationsTable, ENV.usersTable, ...chat];
    const action = [...signals, ENV.fanOutQueueUrl];
    const token = [ENV.issuer, ENV.audience, ENV.jwksUrl, ENV.allowedOrigins];
    const expected: Readonly<Record<FunctionName, readonly string[]>> = {
      authorize: token,
      identity: [ENV.usersTable, ...chat, ...token, ENV.connectionsEndpoint],
      connection: [ENV.usersTable, ...chat, ENV.connectionsEndpoint],
      commands: [...action, ENV.attachmentsBucket],
      queries: [...action, ENV.attachmentsBucket],
      signals: [...signals, ENV.connectionsEndpoint],
      'fan-out': [...action, ENV.connectionsEndpoint],
      uploads: [ENV.usersTable],
    };
    for (const name of functionNames) {
      expect([name, Object.keys(environmentOf(name)).toSorted()]).toEqual([
        name,
        expected[name].toSorted(),
      ]);
    }
    expect(environmentOf('authorize')).toMatchObject({
      [ENV.issuer]: 'https://issuer.example.com',
      [ENV.audience]: 'chat',
      [ENV.allowedOrigins]: 'https://a.example.com',
    });
    expect(environmentOf('commands')).toMatchObject({
      [ENV.generation]: '1',
      [ENV.limits]: JSON.stringify(DEFAULT_LIMITS),
    });
  });
});
