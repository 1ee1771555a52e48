import { Stack } from 'aws-cdk-lib';
import {
  CfnAuthorizer,
  CfnIntegration,
  CfnRoute,
  CfnRouteResponse,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { messageGroups } from '../protocol/client-message.ts';
import { acknowledge } from './acknowledge.ts';
import type { ChatApi } from './chat-api.ts';
import type { ChatFunction } from './chat-function.ts';
import type { FunctionName } from './functions.ts';

type ChatFunctions = Readonly<Record<FunctionName, ChatFunction>>;

/** The authorizer, and one route for everything that the protocol lets a client say. */
export class ChatRoutes extends Construct {
  private readonly integrations = new Map<FunctionName, CfnIntegration>();
  private readonly api: ChatApi;
  private readonly functions: ChatFunctions;

  constructor(scope: Construct, id: string, api: ChatApi, functions: ChatFunctions) {
    super(scope, id);
    this.api = api;
    this.functions = functions;
    this.connect();
    // Nobody is there any more to be answered.
    this.route('$disconnect', 'connection', { answers: false });
    // Types that do not exist and frames that are no JSON: answered by the same code that knows the types.
    this.route('$default', 'queries', { answers: true });
    for (const [type, group] of Object.entries(messageGroups)) {
      this.route(type, group, { answers: true });
    }
  }

  /**
   * `$connect` has no route response: there is no socket yet to send one over. The subprotocol's echo
   * does not need one; API Gateway takes `Sec-WebSocket-Protocol` from the proxy integration's answer
   * (as AWS's own sample for "a $connect route that requires a WebSocket subprotocol" does).
   */
  private connect(): void {
    const { authorize } = this.functions;
    const authorizer = new CfnAuthorizer(this, 'Authorizer', {
      apiId: this.api.api.apiId,
      name: 'token',
      authorizerType: 'REQUEST',
      authorizerUri: this.invocationUri(authorize),
      // No identity source. A token comes in one of three places (header, subprotocol, query string), and
      // API Gateway answers 401 before asking us unless *every* source named here is in the request.
      // Nothing is lost: results are not cached for WebSocket APIs, so sources are no cache key either.
    });
    authorize.lambda.addPermission('Invoke-authorize', {
      principal: apiGateway,
      sourceArn: this.api.arn(`authorizers/${authorizer.ref}`),
      scope: this,
    });
    this.route('$connect', 'connection', { answers: false, authorizer });
  }

  private route(
    routeKey: string,
    name: FunctionName,
    options: { readonly answers: boolean; readonly authorizer?: CfnAuthorizer },
  ): void {
    const scope = new Construct(this, routeKey);
    const { answers, authorizer } = options;
    const { apiId } = this.api.api;
    const route = new CfnRoute(scope, 'Route', {
      apiId,
      routeKey,
      target: `integrations/${this.integration(name).ref}`,
      ...(authorizer === undefined
        ? { authorizationType: 'NONE' }
        : { authorizationType: 'CUSTOM', authorizerId: authorizer.ref }),
      ...(answers && { routeResponseSelectionExpression: '$default' }),
    });
    if (authorizer === undefined) {
      acknowledge(route, {
        'AwsSolutions-APIG4':
          'A WebSocket API authorizes on $connect only; the context that the authorizer gave there comes with every later frame.',
      });
    }
    // Without it nothing of the function's answer reaches the client (F-11).
    if (answers) {
      new CfnRouteResponse(scope, 'Response', {
        apiId,
        routeId: route.ref,
        routeResponseKey: '$default',
      });
    }
  }

  /** One integration and one permission a function, however many routes it serves. */
  private integration(name: FunctionName): CfnIntegration {
    const known = this.integrations.get(name);
    if (known !== undefined) return known;
    const target = this.functions[name];
    const integration = new CfnIntegration(this, `To-${name}`, {
      apiId: this.api.api.apiId,
      integrationType: 'AWS_PROXY',
      integrationMethod: 'POST',
      integrationUri: this.invocationUri(target),
    });
    target.lambda.addPermission(`Invoke-${name}`, {
      principal: apiGateway,
      sourceArn: this.api.arn(`${this.api.stage.stageName}/*`),
      scope: this,
    });
    this.integrations.set(name, integration);
    return integration;
  }

  private invocationUri({ lambda }: ChatFunction): string {
    return Stack.of(this).formatArn({
      service: 'apigateway',
      account: 'lambda',
      resource: 'path/2015-03-31/functions',
      resourceName: `${lambda.functionArn}/invocations`,
    });
  }
}

const apiGateway = new ServicePrincipal('apigateway.amazonaws.com');
