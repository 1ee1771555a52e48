/** What of a WebSocket event says who is calling. Its values are strings, whatever the authorizer gave. */
export interface ConnectionEvent {
  readonly requestContext: {
    readonly connectionId: string;
    readonly connectedAt: number;
    readonly authorizer?: Readonly<Record<string, unknown>> | null;
  };
}

/**
 * Who sent a frame: what the authorizer vouched for when the connection opened, and API Gateway repeats with
 * every event of it.
 *
 * @throws Error if the context is not there: the route was deployed without the authorizer
 */
export function callerOf({ requestContext }: ConnectionEvent) {
  const { connectionId, connectedAt, authorizer } = requestContext;
  const userId = authorizer?.['userId'];
  const tokenEnd = Number(authorizer?.['tokenEnd']);
  if (typeof userId !== 'string' || userId === '' || !Number.isFinite(tokenEnd)) {
    throw new Error('unable to serve the event; it has no context of the authorizer');
  }
  return {
    userId,
    connectionId,
    connectedAt,
    tokenEnd,
    ...claimsOf(authorizer),
    batch: String(authorizer?.['batch']) === 'true',
  };
}

/** What of the token's claims a profile begins with. */
function claimsOf(authorizer: ConnectionEvent['requestContext']['authorizer']) {
  const name = authorizer?.['name'];
  const picture = authorizer?.['picture'];
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof picture === 'string' && { picture }),
  };
}
