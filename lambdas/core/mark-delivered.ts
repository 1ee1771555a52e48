import type { MarkDelivered } from '../../protocol/mark-delivered.ts';
import type { Marked } from '../../protocol/mark-read.ts';
import { advanceCursor, seqIn } from './advance-cursor.ts';
import type { Caller } from './caller.ts';
import { marked } from './marked.ts';
import type { SignalPorts } from './ports.ts';
import { readOthers } from './read-others.ts';
import { receiptSignal, tell } from './tell.ts';

/** PROTOCOL §mark_delivered: moves the caller's cursor, and tells the others if it has moved. */
export async function markDelivered(
  ports: SignalPorts,
  caller: Caller,
  request: MarkDelivered,
): Promise<Marked> {
  const { upToSeq, ...place } = await advanceCursor(
    ports,
    caller,
    request.conversationId,
    'deliveredSeq',
    ({ head }) => seqIn(ports, head, request),
  );
  if (upToSeq !== undefined) {
    const receipt = receiptSignal(ports, 'delivered_receipt', place, upToSeq);
    await tell(ports, caller, () => readOthers(ports, caller, place.head), receipt);
  }
  return marked(ports, place);
}
