import type { Changed } from '../../protocol/changed.ts';
import { epochOnWire } from './epoch.ts';
import type { Head, Ports } from './ports.ts';

/**
 * Tells the fan-out, then the caller. Where there was nothing to do the nudge may be one that an earlier try
 * could not send.
 *
 * @param seq of the change. Default: the last number, of which it was a part if it was done before
 */
export async function finishChange(ports: Ports, head: Head, seq = head.seq): Promise<Changed> {
  const { conversationId, epoch } = head;
  await ports.queue.nudge(conversationId, seq);
  return { type: 'changed', conversationId, seq, epoch: epochOnWire(epoch, ports.settings) };
}
