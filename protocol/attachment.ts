import * as z from 'zod';
import { contentType, noControlCharacters } from './fields.ts';
import { atMost, CONTENT_UNIT, LIMITS } from './limits.ts';

/** Names a file for good. Made by the server. */
export const attachmentId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** How clients show it. */
export const attachmentKind = z.enum(['image', 'file', 'voice']);
export type AttachmentKind = z.infer<typeof attachmentKind>;

/** As people see it, and as it is saved. */
export const fileName = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.fileNameBytes, atMost(LIMITS.fileNameBytes, CONTENT_UNIT))
  .refine(noControlCharacters);

const pixels = z.int().min(1).max(100_000);

/** A small image, in base64: whatever the clients make of it. */
const preview = z
  .string()
  .regex(/^[A-Za-z0-9+/]+={0,2}$/)
  .refine((text) => text.length <= LIMITS.previewLength, {
    error: atMost(LIMITS.previewLength, 'characters of base64'),
    params: { tooLarge: true },
  });

/** A file that a message carries: its id, and what the sender's client knows of it. */
export const attachmentToSend = z.strictObject({
  attachmentId,
  width: pixels.optional(),
  height: pixels.optional(),
  preview: preview.optional(),
  /** Of a voice note, in milliseconds. */
  durationMs: z.int().min(1).max(LIMITS.durationMs).optional(),
});
export type AttachmentToSend = z.infer<typeof attachmentToSend>;

/** The files of a message, each once. */
export const attachmentsToSend = z
  .array(attachmentToSend)
  .min(1)
  .max(LIMITS.attachments, { error: atMost(LIMITS.attachments, 'attachments') })
  .refine((all) => new Set(all.map((one) => one.attachmentId)).size === all.length, {
    error: 'each attachment once',
  })
  // All of it is ASCII, so that characters are bytes.
  .refine((all) => JSON.stringify(all).length <= LIMITS.attachmentsBytes, {
    error: atMost(LIMITS.attachmentsBytes, CONTENT_UNIT),
    params: { tooLarge: true },
  });

/** A file of a message, as its readers get it. */
export const attachment = z.strictObject({
  ...attachmentToSend.shape,
  kind: attachmentKind,
  name: fileName,
  mediaType: contentType,
  bytes: z.int().positive(),
});
export type Attachment = z.infer<typeof attachment>;
