import type { FrameAnswer, FrameEvent } from './aws/frame.ts';
import { callerOf } from './aws/caller-of.ts';
import { actionPortsFrom } from './aws/ports-from.ts';
import { dispatch } from './core/dispatch.ts';
import { QUERIES } from './core/queries.ts';

const ports = actionPortsFrom(process.env);

/** Messages of clients that read, and frames of no known type. */
export async function handler(event: FrameEvent): Promise<FrameAnswer> {
  const answer = await dispatch(ports, QUERIES, callerOf(event), event.body ?? '');
  return { statusCode: 200, body: JSON.stringify(answer) };
}
