import type { Batch } from '../../lambdas/core/ports.ts';

/** More keys than that are refused, as by `BatchGetItem`. */
const MOST_KEYS = 100;

/** A batch read that looks at the first `size` keys and leaves the others unprocessed. */
export function batchOf<Row>(
  keys: readonly string[],
  size: number,
  read: (key: string) => Row | undefined,
): Batch<Row> {
  const distinct = [...new Set(keys)];
  if (distinct.length > MOST_KEYS) {
    throw new RangeError(`unable to read ${distinct.length} rows; a batch takes ${MOST_KEYS}`);
  }
  const found = new Map<string, Row>();
  for (const key of distinct.slice(0, size)) {
    const row = read(key);
    if (row !== undefined) {
      found.set(key, row);
    }
  }
  return { found, unprocessed: distinct.slice(size) };
}
