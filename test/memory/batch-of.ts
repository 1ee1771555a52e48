import type { Batch } from '../../lambdas/core/ports.ts';

/** More keys than that are refused, as by `BatchGetItem`. */
const MOST_KEYS = 100;

/** A batch read that looks at the first `size` keys and leaves the others unprocessed. */
export function batchOf<Row, Name>(
  keys: readonly Name[],
  size: number,
  read: (key: Name) => Row | undefined,
): Batch<Row, Name> {
  const distinct = [...new Set(keys)];
  if (distinct.length > MOST_KEYS) {
    throw new RangeError(`unable to read ${distinct.length} rows; a batch takes ${MOST_KEYS}`);
  }
  const found = new Map<Name, Row>();
  for (const key of distinct.slice(0, size)) {
    const row = read(key);
    if (row !== undefined) {
      found.set(key, row);
    }
  }
  return { found, unprocessed: distinct.slice(size) };
}
