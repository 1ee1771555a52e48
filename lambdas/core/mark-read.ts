import type { Marked, MarkRead } from '../../protocol/mark-read.ts';
import type { Caller } from './caller.ts';
import { cursorsOf } from './cursors.ts';
import { epochOnWire } from './epoch.ts';
import type { Head, Member, SignalPorts } from './ports.ts';
import { readPlace } from './read-place.ts';
import { Refusal } from './refusal.ts';
import { tellMembers } from './tell.ts';

const ROUNDS = 3;

/**
 * PROTOCOL §mark_read: moves the caller's cursor and tells of it, if it moves at all. Safe to repeat; but one that
 * was moved by a try without an answer is told of by the next `sync` only.
 */
export async function markRead(
  ports: SignalPorts,
  caller: Caller,
  request: MarkRead,
): Promise<Marked> {
  const { conversationId } = request;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { head, member } = await readPlace(ports, conversationId, caller.userId);
    const epoch = epochOnWire(head.epoch, ports.settings);
    const upToSeq = targetOf(request, head, epoch);
    if (upToSeq <= cursorsOf(member).readSeq) return answerOf(member, epoch);
    const { advanced, member: now } = await ports.conversations.advanceRead(member, upToSeq);
    if (advanced) {
      const { userId } = caller;
      const receipt = { type: 'read_receipt', conversationId, userId, upToSeq, epoch } as const;
      await tellMembers(ports, caller, head, receipt);
    }
    // Another device got farther; or the stay has ended, and it is to be looked at again.
    if (now !== undefined && cursorsOf(now).readSeq >= upToSeq) return answerOf(now, epoch);
  }
  throw new Refusal('busy');
}

/** Nothing of another history, and nothing that is not there yet. */
function targetOf({ upToSeq, epoch: asked }: MarkRead, head: Head, epoch: string): number {
  return asked === undefined || asked === epoch ? Math.min(upToSeq, head.seq) : 0;
}

function answerOf(member: Member, epoch: string): Marked {
  const { conversationId } = member;
  return { type: 'marked', conversationId, epoch, ...cursorsOf(member) };
}
