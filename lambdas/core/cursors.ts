import type { Member } from './ports.ts';

/** How far a member has got in a conversation. */
export interface Cursors {
  readonly readSeq: number;
}

/** By a member's row: what came before it came in counts as read. */
export function cursorsOf({ stays, readSeq }: Member): Cursors {
  return { readSeq: Math.max(readSeq, stays.at(-1)?.joined ?? 0) };
}
