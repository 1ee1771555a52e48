import { clientMessages, messageGroups } from '../../protocol/client-message.ts';
import { one, synthesize } from './synthesize.ts';

const stack = synthesize();
const routes = Object.entries(stack.resources('AWS::ApiGatewayV2::Route')).map(
  ([id, resource]) => ({
    id,
    key: String(resource.Properties['RouteKey']),
    properties: resource.Properties,
  }),
);

function routeOf(key: string): (typeof routes)[number] {
  const route = routes.find((candidate) => candidate.key === key);
  if (route === undefined) throw new Error(`no route ${key}`);
  return route;
}

/** The logical id of the function behind a route, through its integration. */
function functionOf(key: string): string {
  const target = JSON.stringify(routeOf(key).properties['Target']);
  const found = Object.entries(stack.resources('AWS::ApiGatewayV2::Integration')).filter(([id]) =>
    target.includes(`"${id}"`),
  );
  expect(found).toHaveLength(1);
  const uri = JSON.stringify(found[0]?.[1].Properties['IntegrationUri']);
  return /"(Chat\w+Function\w+)"/.exec(uri)?.[1] ?? 'none';
}

describe('the routes', () => {
  it('has one route for every message of the protocol, and API Gateway’s three', () => {
    expect(routes.map(({ key }) => key).toSorted()).toEqual(
      ['$connect', '$default', '$disconnect', ...Object.keys(clientMessages)].toSorted(),
    );
    expect(one(stack, 'AWS::ApiGatewayV2::Api').Properties).toMatchObject({
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.type',
    });
  });

  it.each(Object.entries(messageGroups))('sends %s to %s', (type, name) => {
    const id = `Chat${name.charAt(0).toUpperCase()}${name.slice(1)}Function`;
    expect(functionOf(type).startsWith(id)).toBe(true);
  });

  it('sends what no route knows to the queries function, and handshakes to connection', () => {
    expect(functionOf('$default')).toMatch(/^ChatQueries/);
    expect(functionOf('$connect')).toMatch(/^ChatConnection/);
    expect(functionOf('$disconnect')).toMatch(/^ChatConnection/);
  });

  it('F-11 gives every route that answers a route response, without which nothing reaches the client', () => {
    const answered = Object.values(stack.resources('AWS::ApiGatewayV2::RouteResponse'));
    const silent = ['$connect', '$disconnect'];
    for (const { id, key, properties } of routes) {
      const responses = answered.filter(
        ({ Properties }) => (Properties['RouteId'] as { Ref: string }).Ref === id,
      );
      expect([key, responses.map(({ Properties }) => Properties['RouteResponseKey'])]).toEqual([
        key,
        silent.includes(key) ? [] : ['$default'],
      ]);
      expect([key, properties['RouteResponseSelectionExpression']]).toEqual([
        key,
        silent.includes(key) ? undefined : '$default',
      ]);
    }
  });

  it('authorizes $connect, and asks for no identity source there, since a token has three places', () => {
    const authorizer = one(stack, 'AWS::ApiGatewayV2::Authorizer');
    expect(authorizer.Properties).toMatchObject({ AuthorizerType: 'REQUEST' });
    expect(authorizer.Properties).not.toHaveProperty('IdentitySource');
    expect(JSON.stringify(authorizer.Properties['AuthorizerUri'])).toContain(
      'ChatAuthorizeFunction',
    );
    expect(routeOf('$connect').properties).toMatchObject({
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: authorizer.id },
    });
  });

  it('lets API Gateway invoke each function from this API and stage only, the authorizer as such only', () => {
    const permissions = Object.values(stack.resources('AWS::Lambda::Permission')).map(
      ({ Properties }) => ({
        principal: Properties['Principal'],
        target: JSON.stringify(Properties['FunctionName']),
        source: JSON.stringify(Properties['SourceArn']),
      }),
    );
    const api = one(stack, 'AWS::ApiGatewayV2::Api').id;
    expect(permissions).toHaveLength(6);
    for (const { principal, target, source } of permissions) {
      expect(principal).toBe('apigateway.amazonaws.com');
      expect(source).toContain(
        `{"Ref":"${api}"},"${target.includes('Authorize') ? '/authorizers/' : '/dev/*'}"`,
      );
    }
  });

  it('deploys the stage once, after the last route', () => {
    const stage = stack.resources('AWS::ApiGatewayV2::Stage');
    expect(Object.values(stage)[0]?.DependsOn).toEqual(
      expect.arrayContaining(routes.map(({ id }) => id)),
    );
  });
});
