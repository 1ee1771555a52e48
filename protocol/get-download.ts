import * as z from 'zod';
import { attachmentId } from './attachment.ts';
import { conversationId, requestId, serverId, timestamp } from './fields.ts';

/** PROTOCOL §get_download: a link to a file of a message. */
export const getDownload = z.strictObject({
  type: z.literal('get_download'),
  requestId: requestId.optional(),
  conversationId,
  /** The message's. */
  serverId,
  attachmentId,
});
export type GetDownload = z.infer<typeof getDownload>;

/** The link. It needs no token: whoever has it may use it, until it expires. */
export const download = z.strictObject({
  type: z.literal('download'),
  requestId: requestId.optional(),
  attachmentId,
  url: z.string().regex(/^https?:\/\/\S+$/),
  expiresAt: timestamp,
});
export type Download = z.infer<typeof download>;
