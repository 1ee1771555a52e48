import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { codeAsset } from '../lambda/a-function.ts';

/** An app as a team would write it with CDK's own constructs, over two stacks. */
function synthesize(references: 'weak' | 'strong'): string {
  const app = new App({
    outdir: mkdtempSync(join(tmpdir(), 'test-cdk-out-')),
    context: { '@aws-cdk/core:defaultCrossStackReferences': references },
    builtinCloudFormationValidation: false,
  });
  const data = new Stack(app, 'Data');
  const table = new TableV2(data, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
  });
  const queue = new Queue(data, 'Queue', {
    fifo: true,
    visibilityTimeout: Duration.seconds(60),
    deadLetterQueue: { queue: new Queue(data, 'Dead', { fifo: true }), maxReceiveCount: 5 },
  });
  const api = new Stack(app, 'Api');
  const handler = new LambdaFunction(api, 'Handler', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(codeAsset({ 'index.mjs': 'export const handler = async () => 1;' })),
    environment: { TABLE: table.tableName },
  });
  table.grantReadData(handler);
  queue.grantSendMessages(handler);
  handler.addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true }));
  const webSocket = new WebSocketApi(api, 'WebSocket', {
    routeSelectionExpression: '$request.body.type',
    connectRouteOptions: {
      integration: new WebSocketLambdaIntegration('Connect', handler),
      authorizer: new WebSocketLambdaAuthorizer('Authorizer', handler, {
        identitySource: ['route.request.querystring.token'],
      }),
    },
  });
  webSocket.addRoute('ping', {
    integration: new WebSocketLambdaIntegration('Ping', handler),
    returnResponse: true,
  });
  const stage = new WebSocketStage(api, 'Stage', { webSocketApi: webSocket, stageName: 'live' });
  webSocket.grantManageConnections(handler);
  handler.addEnvironment('CONNECTIONS', stage.callbackUrl);
  // oxlint-disable-next-line no-new -- a construct joins its scope by being made
  new CfnOutput(api, 'Url', { value: stage.url });
  return app.synth().directory;
}

it.each(['weak', 'strong'] as const)(
  "reads an app of CDK's own constructs over two stacks with %s references",
  async (references) => {
    const resources = await readAssembly(synthesize(references));
    const { functions, tables, queues, webSocketApis, roles, outputs } = resources;
    const [handler] = functions;
    const [api] = webSocketApis;
    const host = `${api?.apiId}.execute-api.us-east-1.amazonaws.com/live`;
    const queue = queues.find(({ logicalId }) => logicalId.startsWith('Queue'));

    expect(resources.unknownTypes).toEqual([]);
    expect(handler?.environment).toEqual({
      TABLE: tables[0]?.name,
      CONNECTIONS: `https://${host}`,
    });
    expect(tables[0]).toMatchObject({ ttlAttribute: 'expiresAt' });
    expect(queue?.attributes['VisibilityTimeout']).toBe('60');
    expect(resources.eventSourceMappings).toMatchObject([
      { functionArn: handler?.arn, queueArn: queue?.arn, reportBatchItemFailures: true },
    ]);
    expect(api?.stages).toEqual([{ name: 'live', variables: {} }]);
    expect(api?.routes).toMatchObject([
      {
        routeKey: '$connect',
        functionArn: handler?.arn,
        hasRouteResponse: false,
        authorizer: {
          functionArn: handler?.arn,
          identitySources: ['route.request.querystring.token'],
        },
      },
      { routeKey: 'ping', functionArn: handler?.arn, hasRouteResponse: true },
    ]);
    const role = roles.find(({ arn }) => arn === handler?.roleArn);
    expect(role?.statements).toContainEqual(
      expect.objectContaining({
        actions: ['execute-api:ManageConnections'],
        resources: [`arn:aws:execute-api:us-east-1:000000000000:${api?.apiId}/*/*/@connections/*`],
      }),
    );
    expect(outputs['Url']).toBe(`wss://${host}`);
  },
  30_000,
);
