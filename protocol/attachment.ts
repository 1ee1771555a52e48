import * as z from 'zod';
import { noControlCharacters } from './fields.ts';
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
