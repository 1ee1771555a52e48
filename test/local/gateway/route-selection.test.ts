import { routeSelection } from '../../../local/gateway/route-selection.ts';

function select(routeSelectionExpression: string, keys: readonly string[], body: string): unknown {
  const routes = keys.map((routeKey) => ({
    routeKey,
    functionArn: 'arn',
    hasRouteResponse: false,
  }));
  return routeSelection({ routeSelectionExpression, routes })(body)?.routeKey;
}

describe('a route selection expression', () => {
  it.each([
    ['$request.body.type', '{"type":"say"}', 'say'],
    ['${request.body.type}', '{"type":"say"}', 'say'],
    ['$request.body.a.b', '{"a":{"b":"say"}}', 'say'],
    ['${request.body.verb}-${request.body.version}', '{"verb":"say","version":2}', 'say-2'],
    ['$request.body.type', '{"type":7}', '7'],
    ['$request.body.type', '{"type":true}', 'true'],
    [String.raw`\$default`, '{"type":"say"}', '$default'],
    ['say', 'anything', 'say'],
  ])('%s of %s is %s', (expression, body, routeKey) => {
    expect(select(expression, ['say', 'say-2', '7', 'true', '$default'], body)).toBe(routeKey);
  });

  it.each([
    ['an unknown value', '{"type":"sing"}'],
    ['a missing key', '{}'],
    ['an object', '{"type":{"say":1}}'],
    ['a list', '{"type":["say"]}'],
    ['null', '{"type":null}'],
    ['a body that is no object', '"say"'],
    ['a body that is no JSON', 'say'],
    ['an empty body', ''],
    ['an inherited name', '{"type":"constructor"}'],
  ])('leads to $default with %s, and nowhere without one', (_, body) => {
    expect(select('$request.body.type', ['say', '$default'], body)).toBe('$default');
    expect(select('$request.body.type', ['say'], body)).toBeUndefined();
  });

  it('reads own keys of the body only', () => {
    expect(select('$request.body.constructor.name', ['Object'], '{}')).toBeUndefined();
    expect(select('$request.body.__proto__.type', ['say'], '{"__proto__":{"type":"say"}}')).toBe(
      'say',
    );
  });

  it('never leads a frame to $connect or $disconnect', () => {
    const keys = ['$connect', '$disconnect'];
    expect(select('$request.body.type', keys, '{"type":"$connect"}')).toBeUndefined();
    expect(select('$request.body.type', keys, '{"type":"$disconnect"}')).toBeUndefined();
  });

  it.each(['$request.header.type', '$context.routeKey', '$request.body'])(
    '%s is refused with a sentence',
    (expression) => {
      expect(() => select(expression, [], '')).toThrow('use $request.body.name');
    },
  );
});
