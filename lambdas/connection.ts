import { SUBPROTOCOL } from '../protocol/version.ts';
import { callerOf } from './aws/caller-of.ts';
import type { ConnectionEvent } from './aws/caller-of.ts';
import { sessionPortsFrom } from './aws/ports-from.ts';
import { connect } from './core/connect.ts';
import { disconnect } from './core/disconnect.ts';
import { offeredSubprotocols } from './core/find-token.ts';
import { Unavailable } from './core/ports.ts';

interface Event extends ConnectionEvent {
  readonly requestContext: ConnectionEvent['requestContext'] & { readonly eventType: string };
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
}

interface Answer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const ports = sessionPortsFrom(process.env);

/** `$connect` and `$disconnect`. */
export async function handler(event: Event): Promise<Answer> {
  const caller = callerOf(event);
  try {
    if (event.requestContext.eventType === 'DISCONNECT') {
      await disconnect(ports, caller);
      return { statusCode: 200 };
    }
    await connect(ports, caller);
    // The token's subprotocol is never echoed.
    return offeredSubprotocols(event.headers ?? {}).includes(SUBPROTOCOL)
      ? { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': SUBPROTOCOL } }
      : { statusCode: 200 };
  } catch (error) {
    if (!(error instanceof Unavailable)) {
      throw error;
    }
    // A refused handshake is tried again; a lost $disconnect is made up for by the lease.
    ports.log.write('warn', 'session_not_changed', { connectionId: caller.connectionId });
    return { statusCode: 503 };
  }
}
