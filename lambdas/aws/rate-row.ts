import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { RATE_SLICE_MS, RATE_SLICES, type Counted } from '../core/ports.ts';
import type { Item } from './item.ts';
import type { Update } from './table.ts';

/**
 * A user's `RATE` row, which one update reads and counts on, so that an action costs one write unit whatever runs
 * beside it. `total` counts all actions ever, and `most` is `total` and the limit. The first action of a slice
 * leaves `most` as it found it in the slice's attribute: what `total` may come to while that slice is remembered.
 * So the limit is reached where `total` is as high as any of them; one that is not there compares as false.
 */
const SLICE = 's';
/**
 * Slices have names in turn, and an update clears all that are not remembered, so that the row stays small. Who
 * comes back after 20 minutes to the half minute may find names of its last minute in the way, which then counts
 * again: for this minute, and never for less than the limit says.
 */
const NAMES = 400;
/** Unused for so long, the row is deleted. */
const ROW_SECONDS = 24 * 60 * 60;

export function countUpdate(slice: number, limit: number): Update {
  const remembered = rememberedAt(slice).map(nameOf);
  const forgotten = Array.from({ length: NAMES }, (_, index) => nameOf(index)).filter(
    (name) => !remembered.includes(name),
  );
  const reached = remembered.map((name) => `#total >= ${name}`);
  const seconds = Math.ceil((slice * RATE_SLICE_MS) / 1_000) + ROW_SECONDS;
  return {
    expression: [
      'SET #total = if_not_exists(#total, :zero) + :one',
      '#most = if_not_exists(#total, :zero) + :most',
      `${nameOf(slice)} = if_not_exists(${nameOf(slice)}, if_not_exists(#most, :limit))`,
      `#expiresAt = :expiresAt REMOVE ${forgotten.join(', ')}`,
    ].join(', '),
    condition: `NOT (${reached.join(' OR ')})`,
    names: { '#total': 'total', '#most': 'most', '#expiresAt': 'expiresAt' },
    values: {
      ':zero': number(0),
      ':one': number(1),
      ':limit': number(limit),
      ':most': number(limit + 1),
      // As TTL wants it, in seconds (F-47).
      ':expiresAt': number(seconds),
    },
  };
}

/** What the row says to whoever found the limit reached. */
export function countedFromItem(updated: boolean, item: Item | undefined, slice: number): Counted {
  if (updated) return { counted: true };
  const valueOf = (name: string): number => Number(item?.[name]?.N ?? Number.NaN);
  const last = rememberedAt(slice).find((one) => valueOf('total') >= valueOf(nameOf(one)));
  return { counted: false, freeFrom: (last ?? slice) + RATE_SLICES + 1 };
}

/** The slices whose actions count, the newest first. */
function rememberedAt(slice: number): readonly number[] {
  return Array.from({ length: RATE_SLICES + 1 }, (_, index) => slice - index);
}

function nameOf(slice: number): string {
  return `${SLICE}${slice % NAMES}`;
}

function number(value: number): AttributeValue {
  return { N: String(value) };
}
