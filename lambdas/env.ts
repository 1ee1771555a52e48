/**
 * The one place that names environment variables: `lib/` sets them by these names, handlers read them.
 * Imports nothing, so that both sides can.
 */
export const ENV = {
  conversationsTable: 'CONVERSATIONS_TABLE',
  usersTable: 'USERS_TABLE',
  attachmentsBucket: 'ATTACHMENTS_BUCKET',
  fanOutQueueUrl: 'FAN_OUT_QUEUE_URL',
  /** `https://{api}.execute-api.{region}.amazonaws.com/{stage}`: where `@connections` answers. */
  connectionsEndpoint: 'CONNECTIONS_ENDPOINT',
  /** Raised by the restore runbook; part of every epoch. */
  generation: 'GENERATION',
  /** The largest file that may be attached, in bytes. */
  attachmentBytes: 'ATTACHMENT_BYTES',
  /** What a user may do, how often and how large, as JSON: a number for each of `protocol/settable-limits.ts`. */
  limits: 'LIMITS',
  issuer: 'ISSUER',
  audience: 'AUDIENCE',
  jwksUrl: 'JWKS_URL',
  /** `access` where the issuer puts the audience into `client_id` (Cognito's access tokens), else unset. */
  tokenUse: 'TOKEN_USE',
  /** A comma-separated list of exact origins; empty: browsers of no origin are let in. */
  allowedOrigins: 'ALLOWED_ORIGINS',
} as const;

/** Reads a variable that the stack must have set; a handler without it fails at load, not at its first event. */
export function required(
  variables: Readonly<Record<string, string | undefined>>,
  name: string,
): string {
  const value = variables[name];
  if (value === undefined || value === '') {
    throw new Error(`unable to start; the environment variable ${name} is not set`);
  }
  return value;
}
