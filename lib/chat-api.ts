import { Aws, Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENV } from '../lambdas/env.ts';
import { wildcardFinding } from './acknowledge.ts';
import { AccessLog } from './access-log.ts';
import type { Usable } from './chat-function.ts';
import type { ResolvedSettings } from './settings.ts';

/** The WebSocket API with its one stage. What answers its frames is added by `ChatRoutes`. */
export class ChatApi extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;

  constructor(scope: Construct, id: string, settings: ResolvedSettings) {
    super(scope, id);
    const log = new AccessLog(this, 'AccessLog', settings);
    this.api = new WebSocketApi(this, 'Api', {
      // A name to read in the console; it need not be unique.
      apiName: Aws.STACK_NAME,
      routeSelectionExpression: '$request.body.type',
    });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: settings.stage,
      autoDeploy: true,
      throttle: { rateLimit: settings.ratePerSecond, burstLimit: settings.burst },
      accessLogSettings: log.settings,
      // Detailed metrics bill per route; execution logs (off unless asked for) would hold query strings.
    });
    // A stage with an access log is refused until the account has its role.
    this.stage.node.addDependency(log);
  }

  /** `@connections` of this API's stage, for `ChatFunction.use`. */
  useConnections(): Usable {
    const arns = (methods: readonly string[]): string[] =>
      methods.map((method) => this.arn(`${this.stage.stageName}/${method}/@connections/*`));
    const reason =
      'The last part is the id of a connection, which nobody knows before it is there; API, stage and method are exact.';
    return {
      environment: { [ENV.connectionsEndpoint]: this.stage.callbackUrl },
      statement: (methods) =>
        new PolicyStatement({
          actions: ['execute-api:ManageConnections'],
          resources: arns(methods),
        }),
      findings: (methods) =>
        Object.fromEntries(arns(methods).map((arn) => [wildcardFinding(this, arn), reason])),
    };
  }

  /** An `execute-api` ARN under this API. */
  arn(path: string): string {
    return Stack.of(this).formatArn({
      service: 'execute-api',
      resource: this.api.apiId,
      resourceName: path,
    });
  }
}
