import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge, type Findings } from './acknowledge.ts';
import type { FunctionSize } from './functions.ts';

export interface ChatFunctionProps {
  readonly size: FunctionSize;
  /** The folder with the bundled `index.mjs`. */
  readonly codeDirectory: string;
  readonly logRetention: RetentionDays;
  readonly tracing: boolean;
}

/** Something a function can be let use: how it is named in the environment and what it is in a policy. */
export interface Usable {
  readonly environment: Readonly<Record<string, string>>;
  /** The policy statement for actions as `rights.ts` writes them, e.g. `PutItem`. */
  readonly statement: (actions: readonly string[]) => PolicyStatement;
  /** Wildcards in the statement, each with its reason. */
  readonly findings?: (actions: readonly string[]) => Findings;
}

/** One function with a role and a log group of its own. It may do nothing but log until `use` says so. */
export class ChatFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: ChatFunctionProps) {
    super(scope, id);
    // Made here, so that it has a retention and goes with the stack: Lambda's own has neither.
    this.logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not AWSLambdaBasicExecutionRole: that may write to every log of the account and create new ones.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    this.lambda = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.codeDirectory),
      handler: 'index.handler',
      description: props.size.description,
      memorySize: props.size.memory,
      timeout: Duration.seconds(props.size.timeout),
      role,
      logGroup: this.logGroup,
      // Our own lines are JSON already. With JSON as the format, AWS's START, END and REPORT lines can be
      // turned off: at $0.50 per GB they cost about as much as the invocations they tell of. Failures and
      // time-outs are warnings and stay.
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
      tracing: props.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    });
    acknowledge(this.lambda, {
      'Serverless-LambdaDLQ':
        'It is for asynchronous invocations: API Gateway waits for the answer, and the queue that feeds fan-out has a DLQ of its own.',
      'Serverless-LambdaTracing': 'X-Ray bills per trace; the setting `tracing` turns it on.',
    });
    if (props.tracing) {
      acknowledge(role, {
        'AwsSolutions-IAM5[Resource::*]': 'X-Ray takes no narrower resource for what it is sent.',
      });
    }
  }

  /** Grants the actions and names the resource in the environment, both or neither: no actions, no variable. */
  use(resource: Usable, actions: readonly string[] = []): void {
    if (actions.length === 0) return;
    this.lambda.addToRolePolicy(resource.statement(actions));
    acknowledge(this, resource.findings?.(actions) ?? {});
    this.tell(resource.environment);
  }

  /** Sets variables that need no right. */
  tell(environment: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(environment)) {
      this.lambda.addEnvironment(name, value);
    }
  }
}
