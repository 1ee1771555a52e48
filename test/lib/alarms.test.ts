import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionNames } from '../../lib/functions.ts';
import { createLog } from '../../lambdas/aws/log.ts';
import { one, ownIssuer, synthesize, type Synthesized } from './synthesize.ts';

const stack = synthesize();
const alarms = alarmsOf(stack);

interface AlarmProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
  readonly AlarmDescription: string;
  readonly TreatMissingData: string;
}

function alarmsOf({ resources }: Synthesized): readonly AlarmProperties[] {
  return Object.values(resources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties as unknown as AlarmProperties,
  );
}

function watching(metric: string, resource: unknown): readonly AlarmProperties[] {
  return alarms.filter(
    ({ MetricName, Dimensions = [] }) =>
      MetricName === metric &&
      Dimensions.some(({ Value }) => JSON.stringify(Value) === JSON.stringify(resource)),
  );
}

function nameOf(queueId: string): unknown {
  return { 'Fn::GetAtt': [queueId, 'QueueName'] };
}

describe('the alarms', () => {
  it('watches throttles of every function, and errors of each but the authorizer, which refuses by one', () => {
    const functions = Object.keys(stack.resources('AWS::Lambda::Function'));
    expect(functions).toHaveLength(functionNames.length);
    const authorize = one(stack, 'AWS::Lambda::Function', 'ChatAuthorize').id;
    for (const id of functions) {
      expect(watching('Errors', { Ref: id })).toHaveLength(id === authorize ? 0 : 1);
      expect(watching('Throttles', { Ref: id })).toHaveLength(1);
    }
  });

  it('alarms when the authorizer cannot get the issuer’s keys, by the very line that it writes', () => {
    stack.template.hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: { Ref: one(stack, 'AWS::Logs::LogGroup', 'ChatAuthorizeLog').id },
      FilterPattern: '{ $.event = "signing_keys_unavailable" }',
    });
    const source = readFileSync(join(__dirname, '../../lambdas/authorize.ts'), 'utf8');
    expect(source).toContain("log.write('error', 'signing_keys_unavailable'");
  });

  it('is as many as the guide for operators counts, each named there', () => {
    const guide = readFileSync(join(__dirname, '../../docs/OPERATIONS.md'), 'utf8');
    expect(guide).toContain(`the alarms (${alarms.length},`);
    const named = [...guide.matchAll(/^\| `(…?)([a-z-]+)` /gm)].flatMap(([, many, name = '']) =>
      many === '…' ? functionNames.map((of) => `${of}${name}`) : [name],
    );
    // A logical id is the construct's path without its hyphens, and a hash.
    const ids = new Set(named.map((name) => `ChatAlarms${name.replaceAll('-', '')}`));
    const unnamed = Object.keys(stack.resources('AWS::CloudWatch::Alarm')).filter(
      (id) => !ids.has(id.slice(0, -8)),
    );
    expect(unnamed).toEqual([]);
  });

  it('watches the first dead letter, and how long news wait', () => {
    const deadLetters = one(stack, 'AWS::SQS::Queue', 'ChatFanOutQueueDeadLetters').id;
    const nudges = one(stack, 'AWS::SQS::Queue', 'ChatFanOutQueueNudges').id;
    expect(watching('ApproximateNumberOfMessagesVisible', nameOf(deadLetters))).toEqual([
      expect.objectContaining({ Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' }),
    ]);
    expect(watching('ApproximateAgeOfOldestMessage', nameOf(nudges))).toEqual([
      expect.objectContaining({ Threshold: 120, Statistic: 'Maximum' }),
    ]);
  });

  it('watches uploads that cannot be confirmed, and how long they wait', () => {
    const deadLetters = one(stack, 'AWS::SQS::Queue', 'ChatAttachmentsDeadLetters').id;
    const uploaded = one(stack, 'AWS::SQS::Queue', 'ChatAttachmentsUploaded').id;
    expect(watching('ApproximateNumberOfMessagesVisible', nameOf(deadLetters))).toHaveLength(1);
    expect(watching('ApproximateAgeOfOldestMessage', nameOf(uploaded))).toHaveLength(1);
  });

  it('counts what the code logs as an error, in every function’s log, and alarms on it', () => {
    const filters = Object.values(stack.resources('AWS::Logs::MetricFilter'));
    const errors = filters.filter(
      ({ Properties }) => Properties['FilterPattern'] === '{ $.level = "error" }',
    );
    expect(
      new Set(errors.map(({ Properties }) => JSON.stringify(Properties['LogGroupName']))),
    ).toEqual(
      new Set(
        functionNames.map((name) => {
          const id = name === 'fan-out' ? 'FanOut' : name.charAt(0).toUpperCase() + name.slice(1);
          return JSON.stringify({ Ref: one(stack, 'AWS::Logs::LogGroup', `Chat${id}Log`).id });
        }),
      ),
    );
    for (const { Properties } of filters) {
      const [counted] = Properties['MetricTransformations'] as [
        { MetricName: string; MetricNamespace: string },
      ];
      expect(
        alarms.filter(
          ({ MetricName, Namespace }) =>
            MetricName === counted.MetricName && Namespace === counted.MetricNamespace,
        ),
      ).toHaveLength(1);
    }
  });

  it('F-07 alarms on posts that are forbidden, by the very line that fan-out writes', () => {
    stack.template.hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: { Ref: one(stack, 'AWS::Logs::LogGroup', 'ChatFanOutLog').id },
      FilterPattern: '{ $.event = "post_forbidden" }',
    });
    const source = readFileSync(join(__dirname, '../../lambdas/core/post-frames.ts'), 'utf8');
    expect(source).toContain("log.write('error', 'post_forbidden'");
    const lines: string[] = [];
    createLog({ now: () => 0 }, (line) => lines.push(line)).write('error', 'post_forbidden');
    expect(JSON.parse(lines.join(''))).toMatchObject({ level: 'error', event: 'post_forbidden' });
  });

  it('takes silence for health, and says in words what each is about', () => {
    for (const { TreatMissingData, AlarmDescription } of alarms) {
      expect(TreatMissingData).toBe('notBreaching');
      expect(AlarmDescription).toMatch(/: .+\.$/);
    }
  });

  it('mails to an address through a topic that only this account’s alarms may publish to, over TLS', () => {
    const topic = one(stack, 'AWS::SNS::Topic').id;
    for (const { AlarmActions, OKActions } of alarms) {
      expect(AlarmActions).toEqual([{ Ref: topic }]);
      expect(OKActions).toEqual([{ Ref: topic }]);
    }
    stack.template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
      TopicArn: { Ref: topic },
    });
    const policy = one(stack, 'AWS::SNS::TopicPolicy').Properties['PolicyDocument'] as {
      Statement: readonly unknown[];
    };
    expect(policy.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
  });

  it('goes to the team’s own topic instead, and makes none', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:alarms';
    const own = synthesize({ issuer: 'https://i.example.com', audience: 'chat', alarmTopicArn });
    own.template.resourceCountIs('AWS::SNS::Topic', 0);
    for (const { AlarmActions } of alarmsOf(own)) expect(AlarmActions).toEqual([alarmTopicArn]);
  });

  it('warns at synth when alarms would tell nobody', () => {
    const { alarmEmail: _, ...nobody } = ownIssuer;
    // CDK prints the report in which it stands; that is what a person sees.
    const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const silent = synthesize(nobody);
    printed.mockRestore();
    const messages = silent.app.synth().getStackByName('Parley-test').messages;
    expect(messages.map(({ entry }) => entry.data)).toContainEqual(
      expect.stringContaining('Alarms tell nobody. Set alarmEmail or alarmTopicArn.'),
    );
    for (const alarm of alarmsOf(silent)) expect(alarm).not.toHaveProperty('AlarmActions');
  });
});
