import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat, CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { LogGroupLogDestination, type IAccessLogSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { ResolvedSettings } from './settings.ts';

/**
 * What the access log holds of a frame or handshake. No query string and no header: a token may be in
 * them. Nothing that a client can choose freely, so nobody can write a line of their own into it.
 */
const format = {
  time: '$context.requestTimeEpoch',
  requestId: '$context.requestId',
  connectionId: '$context.connectionId',
  eventType: '$context.eventType',
  routeKey: '$context.routeKey',
  status: '$context.status',
  sourceIp: '$context.identity.sourceIp',
  authorizerStatus: '$context.authorizer.status',
  integrationStatus: '$context.integration.status',
  integrationLatency: '$context.integrationLatency',
  errorType: '$context.error.responseType',
};

/** The API's access log, and the account's role that lets API Gateway write it. */
export class AccessLog extends Construct {
  readonly settings: IAccessLogSettings;

  constructor(
    scope: Construct,
    id: string,
    settings: Pick<ResolvedSettings, 'removal' | 'logRetentionDays' | 'apiGatewayLogRole'>,
  ) {
    super(scope, id);
    const removalPolicy =
      settings.removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const logGroup = new LogGroup(this, 'Log', {
      retention: settings.logRetentionDays,
      removalPolicy,
    });
    this.settings = {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(format)),
    };
    if (settings.apiGatewayLogRole === 'create') this.createAccountRole(removalPolicy);
  }

  /** One per account and region, for all its APIs; a later one replaces it, which is why a setting can leave it out. */
  private createAccountRole(removalPolicy: RemovalPolicy): void {
    const role = new Role(this, 'AccountRole', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [
        ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs'),
      ],
    });
    role.applyRemovalPolicy(removalPolicy);
    acknowledge(role, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
        "API Gateway's own role for the whole account: it serves logs of other stacks' APIs too, so it can't be narrowed to ours, and no code of ours runs with it.",
    });
    const account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn });
    account.applyRemovalPolicy(removalPolicy);
  }
}
