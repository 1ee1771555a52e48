import type { Marked } from '../../protocol/mark-read.ts';
import { cursorsOf, muteOf } from './cursors.ts';
import { epochOnWire } from './epoch.ts';
import type { SignalPorts } from './ports.ts';
import type { MemberPlace } from './read-place.ts';

/** The answer to a mark. */
export function marked(ports: SignalPorts, { head, member }: MemberPlace): Marked {
  const { conversationId } = head;
  const epoch = epochOnWire(head.epoch, ports.settings);
  return { type: 'marked', conversationId, epoch, ...cursorsOf(member), ...muteOf(member) };
}
