import { matchesArn, matchesPattern } from './pattern.ts';
import type { ConditionContext } from './policy.ts';

type Test = (wanted: string, actual: string) => boolean;

/** An operator: how one wanted and one actual value compare, and whether it is the negation of that. */
interface Operator {
  readonly test: Test;
  readonly negated: boolean;
}

const same: Test = (wanted, actual) => wanted === actual;
const sameIgnoringCase: Test = (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase();

/** The operators that CDK's constructs and grants write. Numeric, date and IP operators are not among them. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { test: same, negated: false },
  StringNotEquals: { test: same, negated: true },
  StringEqualsIgnoreCase: { test: sameIgnoringCase, negated: false },
  StringNotEqualsIgnoreCase: { test: sameIgnoringCase, negated: true },
  StringLike: { test: matchesPattern, negated: false },
  StringNotLike: { test: matchesPattern, negated: true },
  ArnEquals: { test: matchesArn, negated: false },
  ArnNotEquals: { test: matchesArn, negated: true },
  ArnLike: { test: matchesArn, negated: false },
  ArnNotLike: { test: matchesArn, negated: true },
  Bool: { test: sameIgnoringCase, negated: false },
};

/**
 * Whether every condition of a statement holds (an empty block does). `unknown` is a sentence about an operator
 * that is not in the list; then `holds` is false.
 * Source: IAM User Guide, "Condition operators" and "Multivalued context keys".
 */
export function conditionsHold(
  conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  context: ConditionContext,
): { readonly holds: boolean; readonly unknown?: string } {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  let holds = true;
  for (const [name, wantedByKey] of Object.entries(conditions)) {
    for (const [key, raw] of Object.entries(wantedByKey)) {
      const held = holdsFor(name, listOf(raw), values.get(key.toLowerCase()));
      if (held === undefined) {
        return {
          holds: false,
          unknown: `the local cloud does not know the policy condition operator ${name}; on AWS it may decide otherwise`,
        };
      }
      holds &&= held;
    }
  }
  return { holds };
}

function holdsFor(
  name: string,
  wanted: readonly string[],
  actual: readonly string[] | undefined,
): boolean | undefined {
  const [, set, bare = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  if (bare === 'Null') return wanted.some((value) => (value === 'true') === (actual === undefined));
  const operator = OPERATORS[bare];
  if (operator === undefined) return undefined;
  const one = (value: string): boolean =>
    wanted.some((candidate) => operator.test(candidate, value)) !== operator.negated;
  if (actual === undefined || actual.length === 0) {
    // A missing key fails a positive test, passes a negated one, and is vacuously fine for ForAllValues.
    return (
      ifExists !== undefined || set === 'ForAllValues' || (operator.negated && set === undefined)
    );
  }
  const every = set === 'ForAllValues' || (operator.negated && set === undefined);
  return every ? actual.every(one) : actual.some(one);
}

function listOf(raw: unknown): readonly string[] {
  return (Array.isArray(raw) ? raw : [raw]).map(String);
}
