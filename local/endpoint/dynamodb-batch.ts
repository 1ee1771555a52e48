import { entriesOf } from './dynamodb-partitions.ts';
import type { DynamoDbInput } from './dynamodb-rights.ts';

/** A batch without some of its entries, and those in the form in which DynamoDB gives back what it left undone. */
export interface SplitBatch {
  /** Absent if nothing is left of the batch. */
  readonly most?: DynamoDbInput;
  readonly undoneMember: 'UnprocessedItems' | 'UnprocessedKeys';
  readonly undone: Readonly<Record<string, unknown>>;
}

type IsUndone = (table: string, entry: unknown) => boolean;

const UNDONE_MEMBERS = {
  BatchWriteItem: 'UnprocessedItems',
  BatchGetItem: 'UnprocessedKeys',
} as const;

/**
 * `undefined` for what is no batch.
 *
 * @param isUndone by default the last entry alone
 */
export function splitBatch(
  operation: string,
  input: DynamoDbInput,
  isUndone: IsUndone = isLastOf(input),
): SplitBatch | undefined {
  if (operation !== 'BatchWriteItem' && operation !== 'BatchGetItem') return undefined;
  const requests = input.RequestItems;
  if (requests === undefined || Object.keys(requests).length === 0) return undefined;
  const most = filtered(requests, (table, entry) => !isUndone(table, entry));
  return {
    undoneMember: UNDONE_MEMBERS[operation],
    undone: filtered(requests, isUndone),
    ...(Object.keys(most).length > 0 && { most: { ...input, RequestItems: most } }),
  };
}

function isLastOf({ RequestItems: requests = {} }: DynamoDbInput): IsUndone {
  const last = Object.values(requests)
    .flatMap((request) => entriesOf(request))
    .at(-1);
  return (_table, entry) => entry === last;
}

/** The requests of a batch with those entries only; a table of which none is left is left out. */
function filtered(
  requests: Readonly<Record<string, unknown>>,
  keeps: IsUndone,
): Record<string, unknown> {
  const kept = Object.entries(requests).flatMap(([table, request]): [string, unknown][] => {
    const entries = entriesOf(request).filter((entry) => keeps(table, entry));
    if (entries.length === 0) return [];
    return [[table, Array.isArray(request) ? entries : { ...(request as object), Keys: entries }]];
  });
  return Object.fromEntries(kept);
}
