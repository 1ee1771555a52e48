import { atMost, CONTENT_UNIT, LIMITS } from '../../protocol/limits.ts';
import type { RequestUpload, Upload as UploadAnswer } from '../../protocol/request-upload.ts';
import type { Caller } from './caller.ts';
import { jsonBytes } from './frames.ts';
import type { Ports } from './ports.ts';
import { tooLarge } from './refusal.ts';

/** A form is good for so long: enough for a large file on a slow line to begin. */
const FORM_SECONDS = 15 * 60;
/** So long a message may come to refer to the file. The bucket keeps it at least as long. */
const UPLOAD_SECONDS = 24 * 60 * 60;

/** PROTOCOL §request_upload. A repeated one is another upload; what no message refers to goes by itself. */
export async function requestUpload(
  ports: Ports,
  caller: Caller,
  request: RequestUpload,
): Promise<UploadAnswer> {
  const { kind, name, mediaType, bytes } = request;
  const { attachmentBytes } = ports.settings;
  if (bytes > attachmentBytes) throw tooLarge('bytes', atMost(attachmentBytes, 'bytes'));
  if (jsonBytes(name) > LIMITS.fileNameBytes)
    throw tooLarge('name', atMost(LIMITS.fileNameBytes, CONTENT_UNIT));
  const attachmentId = `a_${ports.random.id()}`;
  const now = ports.clock.now();
  // The row first: a file without one could never be confirmed.
  await ports.users.putUpload({
    attachmentId,
    userId: caller.userId,
    kind,
    name,
    mediaType,
    bytes,
    expiresAt: Math.floor(now / 1_000) + UPLOAD_SECONDS,
  });
  const seconds = FORM_SECONDS;
  const form = await ports.attachments.signUpload({ attachmentId, mediaType, bytes, seconds });
  return {
    type: 'upload',
    attachmentId,
    url: form.url,
    fields: { ...form.fields },
    expiresAt: now + seconds * 1_000,
  };
}
