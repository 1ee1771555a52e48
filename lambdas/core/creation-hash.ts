import { createHash } from 'node:crypto';

/** Of what a conversation's creation asked for: its id comes from one, and another tells a repetition. */
export function creationHash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32);
}
