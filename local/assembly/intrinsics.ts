import { UserError } from '../user-error.ts';

/** What the names in a template mean. Everything may throw a `UserError`. */
export interface Scope {
  readonly region: string;
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  importValue(name: string): unknown;
  stackOutput(stackName: string, output: string): unknown;
  condition(name: string): boolean;
  /** `Mappings`. */
  findInMap(map: string, first: string, second: string): unknown;
}

/** `Ref: AWS::NoValue`: whatever has this value is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Arguments = unknown;
type Intrinsic = (argument: Arguments, scope: Scope) => unknown;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(asText(name)),
  'Fn::GetAtt': getAtt,
  'Fn::Sub': substitute,
  'Fn::Join': (argument, scope) => {
    const [separator, items] = pair(argument, scope);
    return asList(items).map(asText).join(asText(separator));
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = pair(argument, scope);
    return asText(text).split(asText(separator));
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = pair(argument, scope);
    return asList(items)[Number(index)];
  },
  'Fn::If': (argument, scope) => {
    // Only the chosen branch is looked at: the other may name what is not there.
    const [name, yes, no] = asList(argument);
    return evaluate(scope.condition(asText(name)) ? yes : no, scope);
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = asList(evaluate(argument, scope)).map(asText);
    return scope.findInMap(map ?? '', first ?? '', second ?? '');
  },
  'Fn::ImportValue': (name, scope) => scope.importValue(asText(evaluate(name, scope))),
  // What CDK writes for a weak reference to another stack.
  'Fn::GetStackOutput': (argument, scope) => {
    const { StackName, OutputName } = evaluate(argument, scope) as Record<string, unknown>;
    return scope.stackOutput(asText(StackName), asText(OutputName));
  },
  'Fn::Base64': (text, scope) =>
    Buffer.from(asText(evaluate(text, scope)), 'utf8').toString('base64'),
  'Fn::ToJsonString': (value, scope) => JSON.stringify(evaluate(value, scope)),
  'Fn::Length': (list, scope) => asList(evaluate(list, scope)).length,
  'Fn::GetAZs': (region, scope) => {
    const name = asText(evaluate(region, scope)) || scope.region;
    return ['a', 'b', 'c'].map((zone) => name + zone);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = pair(argument, scope);
    return asText(left) === asText(right);
  },
  'Fn::And': (argument, scope) => asList(argument).every((part) => evaluate(part, scope) === true),
  'Fn::Or': (argument, scope) => asList(argument).some((part) => evaluate(part, scope) === true),
  'Fn::Not': (argument, scope) => evaluate(asList(argument)[0], scope) !== true,
};

/**
 * A template's value with every intrinsic function replaced by what it yields.
 * Throws a `UserError` for a function that it does not know, and for what makes no sense.
 */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => evaluate(item, scope)).filter((item) => item !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  const [only] = entries;
  if (only !== undefined && entries.length === 1) {
    const [name, argument] = only;
    const intrinsic = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
    if (intrinsic !== undefined) return intrinsic(argument, scope);
    // Elsewhere `Condition` is a word of policies; its value is an object there.
    if (name === 'Condition' && typeof argument === 'string') return scope.condition(argument);
    if (name.startsWith('Fn::')) throw new UserError(`the local cloud does not evaluate ${name}`);
  }
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, evaluate(item, scope)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  );
}

function getAtt(argument: Arguments, scope: Scope): unknown {
  const parts = typeof argument === 'string' ? argument.split('.') : asList(argument).map(asText);
  const [logicalId = '', ...attribute] = parts;
  return scope.getAtt(logicalId, attribute.join('.'));
}

function substitute(argument: Arguments, scope: Scope): string {
  const [template, variables] = typeof argument === 'string' ? [argument, {}] : asList(argument);
  const values = evaluate(variables ?? {}, scope) as Record<string, unknown>;
  return asText(template).replaceAll(/\$\{([^}]+)\}/g, (_, expression: string) => {
    if (expression.startsWith('!')) return `\${${expression.slice(1)}}`;
    const name = expression.trim();
    if (Object.hasOwn(values, name)) return asText(values[name]);
    return asText(name.includes('.') ? getAtt(name, scope) : scope.ref(name));
  });
}

function pair(argument: Arguments, scope: Scope): readonly [unknown, unknown] {
  const [first, second] = asList(argument);
  return [evaluate(first, scope), evaluate(second, scope)];
}

function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UserError(`the template has ${JSON.stringify(value)} where a list belongs`);
}

/** A scalar of a template as a text. Throws a `UserError` for anything else. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new UserError(`the template has ${JSON.stringify(value)} where a text belongs`);
}
