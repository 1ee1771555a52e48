import type { PolicyStatement } from '../assembly/resources.ts';
import { matchesArn, matchesPattern } from './pattern.ts';
import { conditionsHold } from './policy-conditions.ts';

/** One thing a call needs: an action on a resource, with the condition keys that belong to it. */
export interface Right {
  /** `dynamodb:PutItem`. */
  readonly action: string;
  readonly resource: string;
  /** The resource as the service names it in a refusal, if that differs. */
  readonly shownResource?: string;
  /** The action likewise. */
  readonly shownAction?: string;
  /** Condition keys and their values, e.g. `{'aws:SecureTransport': ['true']}`. */
  readonly context?: ConditionContext;
}

export type ConditionContext = Readonly<Record<string, readonly string[]>>;

export interface Decision {
  readonly verdict: 'allowed' | 'not-allowed' | 'explicitly-denied';
  /** What could not be judged, e.g. a condition operator that the matcher does not know. */
  readonly notes: readonly string[];
}

/**
 * IAM's evaluation of identity-based policies: an explicit Deny wins, then any Allow, else not allowed.
 * A statement whose condition cannot be judged never allows, and always denies: a local run must not be kinder
 * than AWS. Source: IAM User Guide, "Policy evaluation logic" and "JSON policy elements".
 */
export function evaluate(statements: readonly PolicyStatement[], right: Right): Decision {
  const notes: string[] = [];
  let allowed = false;
  for (const statement of statements) {
    if (!coversAction(statement, right.action)) continue;
    if (!coversResource(statement, right.resource)) continue;
    const held = conditionsHold(statement.conditions, right.context ?? {});
    if (held.unknown !== undefined) notes.push(held.unknown);
    if (statement.effect === 'Deny' && (held.holds || held.unknown !== undefined)) {
      return { verdict: 'explicitly-denied', notes };
    }
    if (statement.effect === 'Allow' && held.holds) allowed = true;
  }
  return { verdict: allowed ? 'allowed' : 'not-allowed', notes };
}

function coversAction(statement: PolicyStatement, action: string): boolean {
  // Actions are compared without regard to case.
  const matches = (pattern: string): boolean =>
    matchesPattern(pattern.toLowerCase(), action.toLowerCase());
  return statement.notActions.length > 0
    ? !statement.notActions.some(matches)
    : statement.actions.some(matches);
}

function coversResource(statement: PolicyStatement, resource: string): boolean {
  const matches = (pattern: string): boolean => matchesArn(pattern, resource);
  return statement.notResources.length > 0
    ? !statement.notResources.some(matches)
    : statement.resources.some(matches);
}
