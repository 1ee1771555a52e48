/**
 * What the data plane of `@connections` answers
 * (`POST`, `GET` and `DELETE /{stage}/@connections/{connectionId}`), without its HTTP form.
 */

/** 410 `GoneException`: closed, never existed, or its `$connect` has not returned yet. */
export interface Gone {
  readonly kind: 'gone';
}

/** 400 `BadRequestException`: no connection id can look like this. */
export interface BadConnectionId {
  readonly kind: 'bad-id';
}

/** 413 `PayloadTooLargeException`: more than 128 KB. */
export interface TooLarge {
  readonly kind: 'too-large';
}

/** 429 `LimitExceededException`: the client reads slower than it is sent to, its buffer is full. */
export interface Limited {
  readonly kind: 'limit';
}

/** What `GET` tells of a connection. On the wire, times are ISO 8601 strings. */
export interface ConnectionInfo {
  /** Milliseconds since the epoch, of the gateway's clock. */
  readonly connectedAt: number;
  readonly lastActiveAt: number;
  readonly identity: { readonly sourceIp: string; readonly userAgent: string };
}

/** 200 with no body when `ok`. It says that the gateway took the data, not that the client has it. */
export type PostResult = { readonly kind: 'ok' } | Gone | BadConnectionId | TooLarge | Limited;

/** 200 with `connection` as JSON when `ok`. */
export type GetResult =
  { readonly kind: 'ok'; readonly connection: ConnectionInfo } | Gone | BadConnectionId;

/** 204 when `ok`. */
export type DeleteResult = { readonly kind: 'ok' } | Gone | BadConnectionId;
