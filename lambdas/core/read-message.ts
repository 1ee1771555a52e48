import type { Caller } from './caller.ts';
import { seqOfServerId, serverIdOf } from './epoch.ts';
import { isWithin, visibleRanges } from './membership.ts';
import type { EventRow, MessageEvent, Ports } from './ports.ts';
import { readPlace, type MemberPlace } from './read-place.ts';
import { Refusal } from './refusal.ts';

/** A message, and the place of a member who sees it. */
export interface MessagePlace extends MemberPlace {
  readonly message: MessageEvent;
}

/**
 * Reads a member's place, then a message that it names. A deleted one is found, too.
 *
 * @throws Refusal `not_found`, `busy`, and `message_not_found` for none, or one that the member may not see
 */
export async function readMessage(
  ports: Ports,
  caller: Caller,
  { conversationId, serverId }: { readonly conversationId: string; readonly serverId: string },
): Promise<MessagePlace> {
  const { head, member } = await readPlace(ports, conversationId, caller.userId);
  const seq = seqOfServerId(serverId);
  if (seq === undefined || !isWithin(visibleRanges(member, head), seq))
    throw new Refusal('message_not_found');
  const message = await ports.conversations.getEvent(conversationId, seq);
  if (!isMessage(message, serverId)) throw new Refusal('message_not_found');
  return { head, member, message };
}

/** Whether a row is the message of that name. */
export function isMessage(event: EventRow | undefined, serverId: string): event is MessageEvent {
  return event?.type === 'message' && serverIdOf(event) === serverId;
}
