/** Where files stand in the bucket. `lib/attachments.ts` gives rights and a lifetime by these prefixes. */
export const UPLOADS = 'uploads/';

export function uploadObjectKey(attachmentId: string): string {
  return `${UPLOADS}${attachmentId}`;
}

/** The attachment whose upload a key is, if it is one. */
export function uploadOfKey(key: string): string | undefined {
  return key.startsWith(UPLOADS) ? key.slice(UPLOADS.length) : undefined;
}
