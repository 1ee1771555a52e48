import type { Changed } from '../../protocol/changed.ts';
import type { Leave } from '../../protocol/leave.ts';
import type { Caller } from './caller.ts';
import { endMembership } from './end-membership.ts';
import type { Ports } from './ports.ts';

/** PROTOCOL §leave. */
export async function leave(
  ports: Ports,
  caller: Caller,
  { conversationId }: Leave,
): Promise<Changed> {
  return endMembership(ports, caller, conversationId, caller.userId);
}
