import { HOLE_AGE_MS } from './conversation-log/number.ts';
import { Unavailable, type Head, type Ports } from './ports.ts';

/** Whether the fan-out has not come to the end of a log that has been still for a while: the nudge was lost. */
export function isForgotten(ports: Pick<Ports, 'clock'>, head: Head): boolean {
  return head.fanOutSeq < head.seq && ports.clock.now() - head.takenAt >= HOLE_AGE_MS;
}

/** Nudges the fan-out again if the log is forgotten. Best effort: whoever looks next does it again. */
export async function nudgeIfForgotten(ports: Ports, head: Head): Promise<void> {
  if (!isForgotten(ports, head)) return;
  try {
    await ports.queue.nudge(head.conversationId, head.seq);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    ports.log.write('warn', 'nudge_not_sent', {
      conversationId: head.conversationId,
      seq: head.seq,
    });
  }
}
