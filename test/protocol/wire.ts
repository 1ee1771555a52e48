import { createHash } from 'node:crypto';
import { z } from 'zod';
import { clientMessage } from '../../protocol/client-message.ts';
import { CLOSING_REASONS } from '../../protocol/closing.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { HEARTBEAT, LIMITS, TYPING } from '../../protocol/limits.ts';
import { serverMessage } from '../../protocol/server-message.ts';
import { BEARER_SUBPROTOCOL_PREFIX } from '../../protocol/version.ts';

/** All that a client written against the protocol relies on, as far as it can be put into data. */
export function describeWire(): unknown {
  return {
    client: z.toJSONSchema(clientMessage, { io: 'input' }),
    server: z.toJSONSchema(serverMessage, { io: 'output' }),
    // What the schemas of JSON cannot say, and the sentences aside.
    limits: { ...LIMITS, heartbeat: HEARTBEAT, typing: TYPING },
    errors: Object.entries(ERRORS).map(([code, { retryable }]) => [code, retryable]),
    closing: CLOSING_REASONS,
    bearer: BEARER_SUBPROTOCOL_PREFIX,
  };
}

/** The same for the same wire, in whatever order its keys are written. */
export function hashOf(wire: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(wire)))
    .digest('hex')
    .slice(0, 32);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
