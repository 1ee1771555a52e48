import { Annotations, Aws, Duration, Names } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Metric,
  Stats,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, MetricFilter, type LogGroup } from 'aws-cdk-lib/aws-logs';
import { Topic, type ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Attachments } from './attachments.ts';
import type { ChatFunction } from './chat-function.ts';
import type { FanOutQueue } from './fan-out-queue.ts';
import { functionNames, type FunctionName } from './functions.ts';
import { rights } from './rights.ts';
import type { ResolvedSettings } from './settings.ts';

/** How bad something has to be, in periods of five minutes. */
interface Threshold {
  readonly above: number;
  /** So many of the last three periods; one unless told. */
  readonly periods?: number;
}

export interface AlarmsProps {
  readonly functions: Readonly<Record<FunctionName, ChatFunction>>;
  readonly fanOut: FanOutQueue;
  readonly attachments: Pick<Attachments, 'queue' | 'deadLetters'>;
  readonly settings: Pick<ResolvedSettings, 'alarmTopicArn' | 'alarmEmail'>;
}

/** What to do about each: docs/OPERATIONS.md. */
export class Alarms extends Construct {
  private readonly destination: ITopic | undefined;
  /** Of this construct alone, so that two stages never count into one metric. */
  private readonly namespace = `Parley/${Names.uniqueResourceName(this, { maxLength: 200 })}`;

  constructor(
    scope: Construct,
    id: string,
    { functions, fanOut, attachments, settings }: AlarmsProps,
  ) {
    super(scope, id);
    this.destination = this.topic(settings);
    this.watchFunctions(functions);
    this.watchQueue(fanOut);
    this.watchUploads(attachments);
    this.watchLogs(functions);
  }

  private watchFunctions(functions: AlarmsProps['functions']): void {
    for (const name of functionNames) {
      const { lambda } = functions[name];
      // A handler answers every failure it knows, so one that throws is a bug or a missing right. All but
      // the authorizer: API Gateway makes a 401 of nothing but an exception, so every bad token is one.
      if (name !== 'authorize') {
        this.alarm(`${name}-errors`, lambda.metricErrors(sum), {
          text: `The function ${name} failed: read its log.`,
          above: 0,
        });
      }
      // A burst heals by retries; a lasting one means that the account's concurrency is too low.
      this.alarm(`${name}-throttles`, lambda.metricThrottles(sum), {
        text: `The function ${name} is throttled: raise the account's Lambda concurrency.`,
        above: 0,
        periods: 2,
      });
    }
  }

  private watchQueue({ queue, deadLetters }: FanOutQueue): void {
    this.alarm('dead-letters', deadLetters.metricApproximateNumberOfMessagesVisible(most), {
      text: 'Nudges failed so often that they were put aside: find out why in the fan-out log, then redrive.',
      above: 0,
    });
    // Far above a busy minute, far below the two hours after which a client has reconnected and synced anyway.
    this.alarm('late-delivery', queue.metricApproximateAgeOfOldestMessage(most), {
      text: 'Messages reach open connections minutes late: fan-out fails, is throttled, or is too small.',
      above: 120,
    });
  }

  private watchUploads({ queue, deadLetters }: AlarmsProps['attachments']): void {
    this.alarm('upload-dead-letters', deadLetters.metricApproximateNumberOfMessagesVisible(most), {
      text: 'Uploads could not be confirmed: find out why in the log of uploads, then redrive.',
      above: 0,
    });
    // Whoever has uploaded waits for it with a message in hand.
    this.alarm('late-uploads', queue.metricApproximateAgeOfOldestMessage(most), {
      text: 'Uploads are confirmed minutes late, and their messages wait: the function uploads fails or is throttled.',
      above: 120,
    });
  }

  /** Failures that the code answers or outlives never reach Lambda's own count: they are log lines (`lambdas/aws/log.ts`). */
  private watchLogs(functions: AlarmsProps['functions']): void {
    for (const name of functionNames) {
      this.countLines(functions[name].logGroup, `${name}-log`, 'LoggedErrors', '$.level', 'error');
    }
    this.alarm('logged-errors', this.counted('LoggedErrors'), {
      text: 'A function met something that it did not expect: search the logs for level "error".',
      above: 0,
    });
    for (const name of functionNames.filter((one) => rights[one].told?.includes('token'))) {
      this.countLines(
        functions[name].logGroup,
        `${name}-signing-keys-log`,
        'SigningKeysUnavailable',
        '$.event',
        'signing_keys_unavailable',
      );
    }
    this.alarm('signing-keys', this.counted('SigningKeysUnavailable'), {
      text: 'The issuer’s keys cannot be had, so nobody can connect: compare JWKS_URL with the issuer, and look whether it answers.',
      above: 0,
    });
    for (const name of functionNames.filter((one) => rights[one].connections !== undefined)) {
      this.countLines(
        functions[name].logGroup,
        `${name}-forbidden-log`,
        'PostsForbidden',
        '$.event',
        'post_forbidden',
      );
    }
    this.alarm('posts-forbidden', this.counted('PostsForbidden'), {
      text: 'A function may not post to connections, so nobody is told anything live: compare its role and CONNECTIONS_ENDPOINT with the API.',
      above: 0,
    });
  }

  private countLines(
    logGroup: LogGroup,
    id: string,
    metricName: string,
    field: string,
    value: string,
  ): void {
    new MetricFilter(this, id, {
      logGroup,
      filterPattern: FilterPattern.stringValue(field, '=', value),
      metricNamespace: this.namespace,
      metricName,
      metricValue: '1',
    });
  }

  private counted(metricName: string): IMetric {
    return new Metric({ namespace: this.namespace, metricName, ...sum });
  }

  private alarm(name: string, metric: IMetric, rule: Threshold & { readonly text: string }): void {
    const periods = rule.periods ?? 1;
    const alarm = new Alarm(this, name, {
      metric,
      alarmDescription: rule.text,
      threshold: rule.above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm: periods,
      evaluationPeriods: periods === 1 ? 1 : 3,
      // No traffic, no data points: a quiet night is no failure.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.destination === undefined) return;
    const action = new SnsAction(this.destination);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }

  private topic(settings: AlarmsProps['settings']): ITopic | undefined {
    if (settings.alarmTopicArn !== undefined) {
      return Topic.fromTopicArn(this, 'Destination', settings.alarmTopicArn);
    }
    if (settings.alarmEmail === undefined) {
      Annotations.of(this).addWarningV2(
        'parley:alarms-tell-nobody',
        'Alarms tell nobody. Set alarmEmail or alarmTopicArn.',
      );
      return undefined;
    }
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    // A policy of its own replaces the one a topic is born with, which let the account's alarms in.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    topic.addSubscription(new EmailSubscription(settings.alarmEmail));
    acknowledge(topic, {
      'Serverless-SNSRedrivePolicy':
        'A mail about an alarm that could not be delivered is stale by the time somebody looks; the alarm itself stays red.',
    });
    return topic;
  }
}

const period = Duration.minutes(5);
const sum = { period, statistic: Stats.SUM };
const most = { period, statistic: Stats.MAXIMUM };
