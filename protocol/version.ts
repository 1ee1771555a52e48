/** The version of the wire. It is the subprotocol's name too: a client offers `parley.v1`. */
export const PROTOCOL_VERSION = 1;

/** What a client offers in `Sec-WebSocket-Protocol`, and the server echoes. */
export const SUBPROTOCOL = `parley.v${PROTOCOL_VERSION}`;

/** A browser's token travels as a second subprotocol, `bearer.{token}`, which is never echoed. */
export const BEARER_SUBPROTOCOL_PREFIX = 'bearer.';
