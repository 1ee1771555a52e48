import type { EventRange } from '../../lambdas/core/ports.ts';
import type { Call } from './invocation.ts';

/** Where a batch read takes its keys. */
const BATCHES: Readonly<Record<string, number>> = {
  getHeads: 0,
  getMemberships: 1,
  getEvents: 1,
  batchGetSessions: 0,
  batchGetSettings: 0,
  batchGetProfiles: 0,
  getMembers: 1,
};

/** A page of this read that holds nothing and says to go on from where it began; `undefined` if it has no pages. */
export function emptyPage({ method, args }: Call): unknown {
  switch (method) {
    case 'listMembers':
      return { members: [], next: args[1] ?? '' };
    case 'listConversations':
      // Before every id, and in the shape of one, since clients get it.
      return { rows: [], next: args[2] ?? '-' };
    case 'listEvents': {
      const range = args[0] as EventRange;
      return { events: [], next: range.newestFirst ? range.to : range.from };
    }
    default:
      return undefined;
  }
}

/** The batch read cut to the first `size` keys, and what it leaves; `undefined` if it is none, or has no keys. */
export function cutBatch(
  { method, args }: Call,
  sizeOf: (keys: number) => number,
): { readonly args: readonly unknown[]; readonly left: readonly unknown[] } | undefined {
  const place = BATCHES[method];
  const keys = place === undefined ? [] : (args[place] as readonly unknown[]);
  if (place === undefined || keys.length === 0) return undefined;
  const size = sizeOf(keys.length);
  return { args: args.with(place, keys.slice(0, size)), left: keys.slice(size) };
}
