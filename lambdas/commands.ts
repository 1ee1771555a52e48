import type { FrameAnswer, FrameEvent } from './aws/frame.ts';
import { callerOf } from './aws/caller-of.ts';
import { actionPortsFrom } from './aws/ports-from.ts';
import { COMMANDS } from './core/commands.ts';
import { dispatch } from './core/dispatch.ts';

const ports = actionPortsFrom(process.env);

/** Messages of clients that write. */
export async function handler(event: FrameEvent): Promise<FrameAnswer> {
  const answer = await dispatch(ports, COMMANDS, callerOf(event), event.body ?? '');
  return { statusCode: 200, body: JSON.stringify(answer) };
}
