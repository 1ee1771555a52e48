import type { WebSocketApiResource, WebSocketRoute } from '../assembly/resources.ts';

/** Routes that a frame can never select, whatever it says. */
const RESERVED = new Set(['$connect', '$disconnect']);

/** `\$`, `${request.body.a.b}` or `$request.body.a.b`; everything between them is literal. */
const VARIABLE = /\\\$|\$\{request\.body\.([^{}]+)\}|\$request\.body\.([\w-]+(?:\.[\w-]+)*)/gu;

/** Finds the route of a frame's text; `undefined` when nothing matches and there is no `$default`. */
export type SelectRoute = (body: string) => WebSocketRoute | undefined;

/**
 * Reads an API's route selection expression once and answers how to apply it.
 * @throws {Error} when the expression uses anything but `$request.body`.
 */
export function routeSelection(
  api: Pick<WebSocketApiResource, 'routeSelectionExpression' | 'routes'>,
): SelectRoute {
  const expression = api.routeSelectionExpression;
  if (expression.replaceAll(VARIABLE, '').includes('$')) {
    throw new Error(
      `The route selection expression "${expression}" is not one that the local gateway knows: use $request.body.name.`,
    );
  }
  const routes = new Map(
    api.routes
      .filter(({ routeKey }) => !RESERVED.has(routeKey))
      .map((route) => [route.routeKey, route]),
  );
  return (body) => {
    const key = evaluate(expression, parse(body));
    return (key === undefined ? undefined : routes.get(key)) ?? routes.get('$default');
  };
}

/** `undefined` when a part of the expression can't be evaluated against the body. */
function evaluate(expression: string, body: unknown): string | undefined {
  let missing = false;
  const key = expression.replaceAll(
    VARIABLE,
    (variable: string, braced: string | undefined, plain: string | undefined) => {
      const path = braced ?? plain;
      if (path === undefined) return variable.slice(1);
      const value = valueAt(body, path.split('.'));
      missing ||= value === undefined;
      return value ?? '';
    },
  );
  return missing ? undefined : key;
}

function valueAt(body: unknown, path: readonly string[]): string | undefined {
  let value = body;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = Reflect.get(value, name);
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
