import type { Caller } from './caller.ts';
import { cursorsOf } from './cursors.ts';
import { epochOnWire } from './epoch.ts';
import type { Head, MemberCursor, SignalPorts } from './ports.ts';
import { readPlace, type MemberPlace } from './read-place.ts';
import { Refusal } from './refusal.ts';

const ROUNDS = 3;

/** Where the caller is, and what became of its cursor. */
export interface CursorPlace extends MemberPlace {
  /** Whether it moved: to here. */
  readonly upToSeq?: number;
}

/**
 * Moves one of the caller's cursors up, never back and never past the conversation's end. Safe to repeat; but of a
 * cursor that was moved by a try without an answer nobody is told by the next one.
 *
 * @param targetOf how far, at most
 * @throws Refusal `not_found`, `busy`
 */
export async function advanceCursor(
  ports: SignalPorts,
  caller: Caller,
  conversationId: string,
  cursor: MemberCursor,
  targetOf: (place: MemberPlace) => number | Promise<number>,
): Promise<CursorPlace> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const place = await readPlace(ports, conversationId, caller.userId);
    const { head, member } = place;
    const upToSeq = Math.min(head.seq, await targetOf(place));
    if (upToSeq <= cursorsOf(member)[cursor]) return place;
    const result = await ports.conversations.advanceCursor(member, cursor, upToSeq);
    if (result.updated) return { head, member: result.member, upToSeq };
    const now = result.member;
    // Another device got farther; or the stay has ended, and it is to be looked at again.
    if (now !== undefined && cursorsOf(now)[cursor] >= upToSeq) return { head, member: now };
  }
  throw new Refusal('busy');
}

/** What a mark says, by number: nothing of another history. */
export function seqIn(
  ports: SignalPorts,
  head: Head,
  { upToSeq, epoch }: { readonly upToSeq: number; readonly epoch?: string | undefined },
): number {
  return epoch === undefined || epoch === epochOnWire(head.epoch, ports.settings) ? upToSeq : 0;
}
