import * as z from 'zod';
import { attachmentId, attachmentKind, fileName } from './attachment.ts';
import { contentType, requestId, timestamp } from './fields.ts';

/** PROTOCOL §request_upload: a place for a file, which a message may then refer to. */
export const requestUpload = z.strictObject({
  type: z.literal('request_upload'),
  requestId: requestId.optional(),
  kind: attachmentKind,
  /** At most {@link LIMITS.fileNameBytes} as JSON. */
  name: fileName,
  mediaType: contentType,
  /** Of the file, exactly. */
  bytes: z.int().positive(),
});
export type RequestUpload = z.infer<typeof requestUpload>;

/** Where to send the file: a form of `multipart/form-data` with these fields, and the file as its last. */
export const upload = z.strictObject({
  type: z.literal('upload'),
  requestId: requestId.optional(),
  attachmentId,
  url: z.string().regex(/^https?:\/\/\S+$/),
  fields: z.record(z.string(), z.string()),
  /** The form is taken until then. */
  expiresAt: timestamp,
});
export type Upload = z.infer<typeof upload>;
