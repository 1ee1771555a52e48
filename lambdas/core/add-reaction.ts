import type { AddReaction } from '../../protocol/add-reaction.ts';
import type { Changed } from '../../protocol/changed.ts';
import type { Caller } from './caller.ts';
import type { Ports } from './ports.ts';
import { react } from './react.ts';

/** PROTOCOL §add_reaction. */
export async function addReaction(
  ports: Ports,
  caller: Caller,
  request: AddReaction,
): Promise<Changed> {
  return react(ports, caller, request, true);
}
