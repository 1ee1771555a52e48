import type { FrameAnswer, FrameEvent } from './aws/frame.ts';
import { callerOf } from './aws/caller-of.ts';
import { signalPortsFrom } from './aws/ports-from.ts';
import { dispatch } from './core/dispatch.ts';
import { SIGNALS } from './core/signals.ts';

const ports = signalPortsFrom(process.env);

/** Messages of clients of which the others are told directly, and best effort. */
export async function handler(event: FrameEvent): Promise<FrameAnswer> {
  const answer = await dispatch(ports, SIGNALS, callerOf(event), event.body ?? '');
  return { statusCode: 200, body: JSON.stringify(answer) };
}
