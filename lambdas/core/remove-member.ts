import type { Changed } from '../../protocol/changed.ts';
import type { RemoveMember } from '../../protocol/remove-member.ts';
import type { Caller } from './caller.ts';
import { endMembership } from './end-membership.ts';
import type { Ports } from './ports.ts';

/** PROTOCOL §remove_member. */
export async function removeMember(
  ports: Ports,
  caller: Caller,
  { conversationId, userId }: RemoveMember,
): Promise<Changed> {
  return endMembership(ports, caller, conversationId, userId);
}
