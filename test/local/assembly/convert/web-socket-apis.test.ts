import { aFunctionWith, read, ROLE } from '../read-resources.ts';

const part = (type: string, properties: object): object => ({
  Type: `AWS::ApiGatewayV2::${type}`,
  Properties: { ApiId: { Ref: 'Api' }, ...properties },
});

describe('reading WebSocket APIs', () => {
  const uri = {
    'Fn::Join': [
      '',
      [
        'arn:aws:apigateway:',
        { Ref: 'AWS::Region' },
        ':lambda:path/2015-03-31/functions/',
        { 'Fn::GetAtt': ['Subject', 'Arn'] },
        '/invocations',
      ],
    ],
  };
  const api = {
    Role: ROLE,
    Subject: aFunctionWith({}),
    Api: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: {
        Name: 'api',
        ProtocolType: 'WEBSOCKET',
        RouteSelectionExpression: '$request.body.type',
      },
    },
    Integration: part('Integration', { IntegrationType: 'AWS_PROXY', IntegrationUri: uri }),
    Authorizer: part('Authorizer', {
      AuthorizerType: 'REQUEST',
      AuthorizerUri: uri,
      IdentitySource: ['route.request.header.Authorization'],
    }),
    Connect: part('Route', {
      RouteKey: '$connect',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: 'Authorizer' },
      Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
    }),
    Stage: part('Stage', { StageName: 'live', StageVariables: { a: 'b' } }),
  };
  const target = { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] };

  it('joins routes, integrations, authorizers and stages', async () => {
    const { webSocketApis, functions, outputs } = await read(api, {
      rest: { Outputs: { Url: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } } },
    });
    const [subject] = functions;
    const [joined] = webSocketApis;
    expect(joined).toEqual({
      logicalId: 'Api',
      apiId: expect.stringMatching(/^[a-z0-9]{10}$/) as string,
      routeSelectionExpression: '$request.body.type',
      stages: [{ name: 'live', variables: { a: 'b' } }],
      routes: [
        {
          routeKey: '$connect',
          functionArn: subject?.arn,
          hasRouteResponse: false,
          authorizer: {
            functionArn: subject?.arn,
            identitySources: ['route.request.header.Authorization'],
            arn: expect.stringMatching(
              /^arn:aws:execute-api:us-east-1:000000000000:[a-z0-9]{10}\/authorizers\/[a-z0-9]{7}$/,
            ) as string,
            logicalId: 'Authorizer',
          },
        },
      ],
    });
    expect(outputs).toEqual({ Url: `wss://${joined?.apiId}.execute-api.us-east-1.amazonaws.com` });
  });

  it('takes an answer for wanted only with both the response and its selection', async () => {
    const response = (route: string): object =>
      part('RouteResponse', { RouteId: { Ref: route }, RouteResponseKey: '$default' });
    const selection = { RouteResponseSelectionExpression: '$default' };
    const { webSocketApis } = await read({
      ...api,
      Both: part('Route', { RouteKey: 'both', Target: target, ...selection }),
      BothResponse: response('Both'),
      OnlyResponse: part('Route', { RouteKey: 'onlyResponse', Target: target }),
      OnlyResponseResponse: response('OnlyResponse'),
      OnlySelection: part('Route', { RouteKey: 'onlySelection', Target: target, ...selection }),
    });
    const answered = webSocketApis[0]?.routes.map((r) => [r.routeKey, r.hasRouteResponse]);
    expect(answered).toEqual([
      ['$connect', false],
      ['both', true],
      ['onlyResponse', false],
      ['onlySelection', false],
    ]);
  });

  it('closes a route whose authorization it does not know, and says so', async () => {
    const { webSocketApis, unknownTypes } = await read({
      ...api,
      Iam: part('Route', { RouteKey: 'iam', AuthorizationType: 'AWS_IAM', Target: target }),
    });
    expect(webSocketApis[0]?.routes.map(({ routeKey }) => routeKey)).toEqual(['$connect']);
    expect(unknownTypes).toEqual(['AWS::ApiGatewayV2::Route (authorization AWS_IAM)']);
  });

  it('names HTTP APIs and integrations that it does not run', async () => {
    const { webSocketApis, unknownTypes } = await read({
      ...api,
      Http: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
      Mock: part('Integration', { IntegrationType: 'MOCK' }),
      Route: part('Route', {
        RouteKey: 'mock',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Mock' }]] },
      }),
    });
    expect(webSocketApis).toHaveLength(1);
    expect(unknownTypes).toEqual([
      'AWS::ApiGatewayV2::Integration (MOCK)',
      'AWS::ApiGatewayV2::Api (HTTP)',
    ]);
  });
});
