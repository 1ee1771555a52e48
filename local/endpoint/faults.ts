import { matchesPattern } from './pattern.ts';
import type { Operation, ServiceName } from './service.ts';

export type FaultKind =
  /** Refused with the service's own throttling error, not carried out. */
  | 'throttle'
  /** 500, not carried out. */
  | 'error-before'
  /** Carried out, but the caller is told 500. */
  | 'error-after'
  /** The connection is reset, not carried out. */
  | 'drop'
  /** Carried out, but the connection is reset before the answer. */
  | 'drop-after'
  /** Carried out twice, as when a retry follows a lost answer. The caller gets the second answer. */
  | 'duplicate'
  /** Another transaction has the item in hand: a transaction is cancelled, a single write refused. `dynamodb` only. */
  | 'conflict'
  /** The last entry of a batch is left undone, in an answer of 200. Nothing happens to what is no batch. */
  | 'partial'
  /** Told that it worked (an empty 200), not carried out: a post to a client that is gone. `execute-api` only. */
  | 'lost'
  /** Carried out after `milliseconds` of the clock. */
  | 'delay';

export interface FaultRule {
  readonly service: ServiceName;
  /** Any operation by default. */
  readonly operation?: string;
  /** Any resource by default; an ARN with `*` and `?`. Holds if one resource of the call matches. */
  readonly resource?: string;
  /**
   * The value of a partition key, with `*` and `?`: holds if the call touches such a partition. `dynamodb` only. A
   * `throttle` of it is what one hot partition is: a batch leaves its items unprocessed and does the others.
   */
  readonly partition?: string;
  readonly kind: FaultKind;
  /** Of each matching call, 0 to 1; 1 by default. */
  readonly probability?: number;
  /** Matching calls to let pass first; 0 by default. */
  readonly skip?: number;
  /** Calls to strike before the rule is spent; no end by default. With `skip`, "the nth call and no other". */
  readonly times?: number;
  /** For `delay`; 100 by default. */
  readonly milliseconds?: number;
}

/** What befalls one call: a wait, then at most one fault. */
export interface Strike {
  readonly delayMilliseconds: number;
  readonly kind?: Exclude<FaultKind, 'delay'>;
  /** The rule's. */
  readonly partition?: string;
}

/** The faults that the endpoint injects. Switched at run time; every strike is counted by kind. */
export interface Faults {
  /** Replaces all rules, and starts their counting anew. */
  set(rules: readonly FaultRule[]): void;
  clear(): void;
  /** How often each kind struck since the start, whatever the rules were. */
  counts(): Readonly<Partial<Record<FaultKind, number>>>;
  /** Asked by the endpoint, once a call. The first rule that strikes (besides `delay`) is the one that counts. */
  strike(service: ServiceName, operation: Operation): Strike;
}

/** @param random a number in [0, 1); seed it for a run that can be repeated. `Math.random` by default. */
export function createFaults(random: () => number = Math.random): Faults {
  let rules: { readonly rule: FaultRule; seen: number; struck: number }[] = [];
  const counts: Partial<Record<FaultKind, number>> = {};

  const hits = (entry: (typeof rules)[number]): boolean => {
    const { skip = 0, times = Number.POSITIVE_INFINITY, probability = 1 } = entry.rule;
    entry.seen += 1;
    if (entry.seen <= skip || entry.struck >= times) return false;
    if (probability < 1 && random() >= probability) return false;
    entry.struck += 1;
    counts[entry.rule.kind] = (counts[entry.rule.kind] ?? 0) + 1;
    return true;
  };

  return {
    set: (next) => {
      rules = next.map((rule) => ({ rule, seen: 0, struck: 0 }));
    },
    clear: () => {
      rules = [];
    },
    counts: () => ({ ...counts }),
    strike: (service, operation) => {
      let delayMilliseconds = 0;
      for (const entry of rules) {
        if (!concerns(entry.rule, service, operation) || !hits(entry)) continue;
        const { kind, partition } = entry.rule;
        if (kind !== 'delay') {
          return { delayMilliseconds, kind, ...(partition !== undefined && { partition }) };
        }
        delayMilliseconds += entry.rule.milliseconds ?? 100;
      }
      return { delayMilliseconds };
    },
  };
}

function concerns(rule: FaultRule, service: ServiceName, operation: Operation): boolean {
  const { resource, partition } = rule;
  return (
    rule.service === service &&
    (rule.operation === undefined || rule.operation === operation.name) &&
    (resource === undefined ||
      operation.rights.some((right) => matchesPattern(resource, right.resource))) &&
    (partition === undefined ||
      (operation.partitions ?? []).some((touched) => matchesPattern(partition, touched)))
  );
}
