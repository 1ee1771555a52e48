import type { Resources } from '../assembly/resources.ts';
import type { Caller } from './caller.ts';
import { evaluate } from './policy.ts';
import type { Operation, Service } from './service.ts';

/** Throws the service's own refusal unless the caller has every right that the call needs. */
export type Authorize = (service: Service, operation: Operation, caller: Caller) => void;

/**
 * The check of every call against the role of its caller, with the condition keys that hold for all of them.
 * What the matcher cannot judge goes to the log, once.
 */
export function authorizer(
  { account, region }: Pick<Resources, 'account' | 'region'>,
  log: (line: string) => void,
): Authorize {
  const context = {
    // On AWS the call would have come over TLS.
    'aws:SecureTransport': ['true'],
    'aws:PrincipalAccount': [account],
    'aws:RequestedRegion': [region],
  };
  const noted = new Set<string>();
  return (service, operation, caller) => {
    const { statements } = caller;
    if (statements === undefined) return;
    for (const right of operation.rights) {
      const { verdict, notes } = evaluate(statements, {
        ...right,
        context: { ...context, ...right.context },
      });
      for (const note of notes) {
        if (!noted.has(note)) log(note);
        noted.add(note);
      }
      if (verdict === 'allowed') continue;
      const action = right.shownAction ?? right.action;
      const resource = right.shownResource ?? right.resource;
      const reason =
        verdict === 'explicitly-denied'
          ? 'with an explicit deny in an identity-based policy'
          : `because no identity-based policy allows the ${action} action`;
      throw service.denied(
        `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
      );
    }
  };
}
