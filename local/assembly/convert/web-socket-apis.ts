import { z } from 'zod';
import { parseProperties, text } from '../parse-properties.ts';
import type { FunctionResource, WebSocketApiResource, WebSocketRoute } from '../resources.ts';
import type { StackResource } from '../stack.ts';
import { functionArn } from './functions.ts';

/** The types that `toWebSocketApis` joins. */
export const API_TYPES = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::RouteResponse',
  'AWS::ApiGatewayV2::Stage',
];

const apiProperties = z.object({
  ProtocolType: z.string().optional(),
  RouteSelectionExpression: z.string().default('$request.body.action'),
});
const ofApi = z.object({ ApiId: z.string() });
const stageProperties = z.object({
  StageName: z.string(),
  StageVariables: z.record(z.string(), text).default({}),
});
const routeProperties = z.object({
  RouteKey: z.string(),
  Target: z.string().default(''),
  AuthorizationType: z.string().default('NONE'),
  AuthorizerId: z.string().optional(),
  RouteResponseSelectionExpression: z.string().optional(),
});
const routeResponseProperties = z.object({ RouteId: z.string(), RouteResponseKey: z.string() });
const integrationProperties = z.object({
  IntegrationType: z.string(),
  IntegrationUri: z.string().optional(),
});
const authorizerProperties = z.object({
  AuthorizerUri: z.string(),
  AuthorizerCredentialsArn: z.string().optional(),
  IdentitySource: z.array(z.string()).default([]),
});

export interface WebSocketApis {
  readonly apis: readonly WebSocketApiResource[];
  /** What they have that is not run, e.g. `AWS::ApiGatewayV2::Integration (HTTP)`. */
  readonly unknown: readonly string[];
}

/** What surrounds the resources of API Gateway. */
export interface ApiSurroundings {
  readonly region: string;
  readonly account: string;
  readonly functions: readonly FunctionResource[];
}

/** `AWS::ApiGatewayV2::Api` of protocol WEBSOCKET, with everything that refers to it. */
export function toWebSocketApis(
  resources: readonly StackResource[],
  surroundings: ApiSurroundings,
): WebSocketApis {
  const unknown = new Set<string>();
  const apis = resources
    .filter(({ type }) => type === 'AWS::ApiGatewayV2::Api')
    .flatMap((resource): WebSocketApiResource[] => {
      const api = parseProperties(apiProperties, resource);
      if (api.ProtocolType !== 'WEBSOCKET') {
        unknown.add(`${resource.type} (${api.ProtocolType ?? 'imported'})`);
        return [];
      }
      const parts = resources.filter(
        (part) => ofApi.safeParse(part.properties).data?.ApiId === resource.ref,
      );
      return [
        {
          logicalId: resource.logicalId,
          apiId: resource.ref,
          routeSelectionExpression: api.RouteSelectionExpression,
          stages: ofType(parts, 'Stage').map((stage) => {
            const { StageName, StageVariables } = parseProperties(stageProperties, stage);
            return { name: StageName, variables: StageVariables };
          }),
          routes: ofType(parts, 'Route').flatMap((route) =>
            toRoute(route, parts, surroundings, resource.ref, unknown),
          ),
        },
      ];
    });
  return { apis, unknown: [...unknown] };
}

function toRoute(
  resource: StackResource,
  parts: readonly StackResource[],
  { region, account, functions }: ApiSurroundings,
  apiId: string,
  unknown: Set<string>,
): WebSocketRoute[] {
  const route = parseProperties(routeProperties, resource);
  const integrationId = route.Target.replace(/^integrations\//, '');
  const integration = ofType(parts, 'Integration').find(({ ref }) => ref === integrationId);
  const target = integration && parseProperties(integrationProperties, integration);
  if (target?.IntegrationType !== 'AWS_PROXY') {
    unknown.add(`AWS::ApiGatewayV2::Integration (${target?.IntegrationType ?? 'none'})`);
    return [];
  }
  const hasResponse = ofType(parts, 'RouteResponse').some((response) => {
    const { RouteId, RouteResponseKey } = parseProperties(routeResponseProperties, response);
    return RouteId === resource.ref && RouteResponseKey === '$default';
  });
  const plain: WebSocketRoute = {
    routeKey: route.RouteKey,
    functionArn: invokedArn(target.IntegrationUri ?? '', functions),
    // API Gateway sends an answer only where both are there.
    hasRouteResponse: hasResponse && route.RouteResponseSelectionExpression === '$default',
  };
  if (route.AuthorizationType === 'NONE') return [plain];
  const authorizer = ofType(parts, 'Authorizer').find(({ ref }) => ref === route.AuthorizerId);
  if (route.AuthorizationType !== 'CUSTOM' || authorizer === undefined) {
    unknown.add(`AWS::ApiGatewayV2::Route (authorization ${route.AuthorizationType})`);
    // Better closed than open to everyone.
    return [];
  }
  const { AuthorizerUri, AuthorizerCredentialsArn, IdentitySource } = parseProperties(
    authorizerProperties,
    authorizer,
  );
  return [
    {
      ...plain,
      authorizer: {
        functionArn: invokedArn(AuthorizerUri, functions),
        ...(AuthorizerCredentialsArn === undefined
          ? {}
          : { credentialsArn: AuthorizerCredentialsArn }),
        identitySources: IdentitySource,
        arn: `arn:aws:execute-api:${region}:${account}:${apiId}/authorizers/${authorizer.ref}`,
        logicalId: authorizer.logicalId,
      },
    },
  ];
}

function ofType(parts: readonly StackResource[], type: string): readonly StackResource[] {
  return parts.filter((part) => part.type === `AWS::ApiGatewayV2::${type}`);
}

/** From `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations`. */
function invokedArn(uri: string, functions: readonly FunctionResource[]): string {
  return functionArn(/\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri, functions);
}
