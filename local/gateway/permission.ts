import type { Resources } from '../assembly/resources.ts';
import { matchesArn, matchesPattern } from '../endpoint/pattern.ts';
import { evaluate } from '../endpoint/policy.ts';

const SERVICE = 'apigateway.amazonaws.com';
const ACTION = 'lambda:InvokeFunction';

/** A function, and on whose behalf API Gateway calls it. */
export interface Target {
  readonly functionArn: string;
  /** `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{route key}` or `…:{api}/authorizers/{id}`. */
  readonly sourceArn: string;
  /** A role that API Gateway takes on for the call. Its policy decides then, instead of the permissions. */
  readonly credentialsArn?: string | undefined;
}

/**
 * Whether API Gateway may invoke the target: by an `AWS::Lambda::Permission` whose source matches, or by
 * the role it was given.
 */
export function mayInvoke(
  resources: Pick<Resources, 'permissions' | 'roles'>,
  target: Target,
): boolean {
  if (target.credentialsArn !== undefined) {
    const role = resources.roles.find(({ arn }) => arn === target.credentialsArn);
    const right = { action: ACTION, resource: target.functionArn };
    return evaluate(role?.statements ?? [], right).verdict === 'allowed';
  }
  return resources.permissions.some(
    ({ functionArn, action, principal, sourceArn }) =>
      functionArn === target.functionArn &&
      matchesPattern(action, ACTION) &&
      (principal === SERVICE || principal === '*') &&
      (sourceArn === undefined || matchesArn(sourceArn, target.sourceArn)),
  );
}
