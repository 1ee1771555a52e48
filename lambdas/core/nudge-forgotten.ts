import { HOLE_AGE_MS } from './conversation-log/number.ts';
import { Unavailable, type Head, type Ports } from './ports.ts';
import { settleAll } from './settle-all.ts';

/** Whether the fan-out has not come to the end of a log that has been still for a while: the nudge was lost. */
export function isForgotten(ports: Pick<Ports, 'clock'>, head: Head): boolean {
  return head.fanOutSeq < head.seq && ports.clock.now() - head.takenAt >= HOLE_AGE_MS;
}

/**
 * Nudges the fan-out again for those of the logs that are forgotten, at once: one by one, a queue that is down
 * would outlast the function. Best effort: whoever looks next does it again.
 */
export async function nudgeForgotten(ports: Ports, heads: readonly Head[]): Promise<void> {
  const forgotten = heads.filter((head) => isForgotten(ports, head));
  await settleAll(forgotten.map((head) => nudge(ports, head)));
}

async function nudge(ports: Ports, head: Head): Promise<void> {
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
