import type { Changed } from '../../protocol/changed.ts';
import type { RemoveReaction } from '../../protocol/remove-reaction.ts';
import type { Caller } from './caller.ts';
import type { Ports } from './ports.ts';
import { react } from './react.ts';

/** PROTOCOL §remove_reaction. */
export async function removeReaction(
  ports: Ports,
  caller: Caller,
  request: RemoveReaction,
): Promise<Changed> {
  return react(ports, caller, request, false);
}
