/**
 * What API Gateway fixes for every WebSocket API, from its quotas page and the status codes in its
 * overview of WebSocket APIs, read in November 2025. None of them can be raised.
 */
export const limits = {
  /** Bytes of one frame from the client. */
  frameBytes: 32 * 1024,
  /** Bytes of one message, in either direction. */
  messageBytes: 128 * 1024,
  /** Characters of the URL that a client connects to. */
  urlCharacters: 4096,
  /** Bytes of what an authorizer answers. */
  authorizerResultBytes: 8 * 1024,
  idleMilliseconds: 10 * 60 * 1000,
  connectionMilliseconds: 2 * 60 * 60 * 1000,
  integrationMilliseconds: 29 * 1000,
} as const;

/** How a connection ended: the close code and the reason, as `$disconnect` is told them. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/**
 * How the gateway sees a connection end, but for a close frame with a code, which speaks for itself. The
 * codes are documented, but for 1002 and 1007, which are RFC 6455's. The reasons of 1000, 1001, 1005 and 1009 were seen on AWS; those of 1003 and 1012
 * are the IANA registry's names; the others have none.
 */
export const endings = {
  idle: { code: 1001, reason: 'Going away' },
  expired: { code: 1001, reason: 'Going away' },
  deleted: { code: 1000, reason: 'Connection Closed Normally' },
  badFrame: { code: 1002, reason: '' },
  binary: { code: 1003, reason: 'Unsupported Data' },
  badText: { code: 1007, reason: '' },
  tooBig: { code: 1009, reason: 'Message too big' },
  restart: { code: 1012, reason: 'Service Restart' },
  noCode: { code: 1005, reason: 'Client-side close frame status not set' },
  lost: { code: 1006, reason: '' },
} as const satisfies Record<string, Ending>;
