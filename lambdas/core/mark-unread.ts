import type { Marked } from '../../protocol/mark-read.ts';
import type { MarkUnread } from '../../protocol/mark-unread.ts';
import type { Caller } from './caller.ts';
import { cursorsOf } from './cursors.ts';
import { marked } from './marked.ts';
import type { SignalPorts } from './ports.ts';
import { readPlace, type MemberPlace } from './read-place.ts';
import { Refusal } from './refusal.ts';
import { tell } from './tell.ts';

/** PROTOCOL §mark_unread: safe to repeat. */
export async function markUnread(
  ports: SignalPorts,
  caller: Caller,
  { conversationId, on = true }: MarkUnread,
): Promise<Marked> {
  const place = await readPlace(ports, conversationId, caller.userId);
  if (cursorsOf(place.member).markedUnread === on) return marked(ports, place);
  return marked(ports, await setUnreadMark(ports, caller, place, on));
}

/** Sets the marker or takes it away, and tells the caller's other devices. */
export async function setUnreadMark(
  ports: SignalPorts,
  caller: Caller,
  { head, member }: MemberPlace,
  on: boolean,
): Promise<MemberPlace> {
  const { conversationId, seq } = head;
  const result = await ports.conversations.setUnreadMark(member, on ? seq : undefined);
  // The stay has ended since: what there is to say now is another question.
  if (!result.updated) throw new Refusal('busy');
  await tell(ports, caller, [caller.userId], { type: 'unread_mark', conversationId, on });
  return { head, member: result.member };
}
