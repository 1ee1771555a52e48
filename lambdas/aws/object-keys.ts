import type { KeptFile } from '../core/ports.ts';

/** Where files stand in the bucket. `lib/attachments.ts` gives rights and a lifetime by these prefixes. */
const UPLOADS = 'uploads/';
const KEPT = 'kept/';

/** A file that waits for its message. */
export function uploadObjectKey(attachmentId: string): string {
  return `${UPLOADS}${attachmentId}`;
}

/** A file of a message. */
export function keptObjectKey({ conversationId, owner, attachmentId }: KeptFile): string {
  return `${KEPT}${conversationId}/${owner}/${attachmentId}`;
}

/** The attachment whose upload a key is, if it is one. */
export function uploadOfKey(key: string): string | undefined {
  return key.startsWith(UPLOADS) ? key.slice(UPLOADS.length) : undefined;
}
