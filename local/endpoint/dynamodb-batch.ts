import type { DynamoDbInput } from './dynamodb-rights.ts';

/** A batch without its last entry, and that entry in the form in which DynamoDB gives back what it left undone. */
export interface SplitBatch {
  /** Absent if the batch had one entry only. */
  readonly most?: DynamoDbInput;
  readonly undoneMember: 'UnprocessedItems' | 'UnprocessedKeys';
  readonly undone: Readonly<Record<string, unknown>>;
}

type Requests = Readonly<Record<string, unknown>>;

/** `undefined` for what is no batch. */
export function splitBatch(operation: string, input: DynamoDbInput): SplitBatch | undefined {
  const requests = input.RequestItems;
  const table = Object.keys(requests ?? {}).at(-1);
  if (requests === undefined || table === undefined) return undefined;
  if (operation === 'BatchWriteItem') {
    const entries = requests[table] as readonly unknown[];
    return split(input, 'UnprocessedItems', table, entries, (some) => some);
  }
  if (operation === 'BatchGetItem') {
    const { Keys: keys, ...rest } = requests[table] as { readonly Keys: readonly unknown[] };
    return split(input, 'UnprocessedKeys', table, keys, (some) => ({ ...rest, Keys: some }));
  }
  return undefined;
}

function split(
  input: DynamoDbInput,
  undoneMember: SplitBatch['undoneMember'],
  table: string,
  entries: readonly unknown[],
  form: (entries: readonly unknown[]) => unknown,
): SplitBatch {
  const { [table]: _last, ...others }: Requests = input.RequestItems ?? {};
  const most = entries.length > 1 ? { ...others, [table]: form(entries.slice(0, -1)) } : others;
  return {
    undoneMember,
    undone: { [table]: form(entries.slice(-1)) },
    ...(Object.keys(most).length === 0 ? {} : { most: { ...input, RequestItems: most } }),
  };
}
