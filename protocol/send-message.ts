import * as z from 'zod';
import { reactionOfMessage } from './add-reaction.ts';
import { attachment, attachmentsToSend } from './attachment.ts';
import {
  content,
  contentType,
  conversationId,
  epoch,
  localId,
  requestId,
  seq,
  serverId,
  timestamp,
  userId,
} from './fields.ts';
import { LIMITS } from './limits.ts';

/** PROTOCOL §send_message: a message into a conversation. Safe to send again with the same `localId`. */
export const sendMessage = z
  .strictObject({
    type: z.literal('send_message'),
    requestId: requestId.optional(),
    localId,
    conversationId,
    /** May be absent beside attachments. */
    content: content.optional(),
    /** `text/plain` if absent. */
    contentType: contentType.optional(),
    /** The `serverId` of the message that this one answers. */
    replyTo: serverId.optional(),
    attachments: attachmentsToSend.optional(),
  })
  .refine((request) => request.content !== undefined || request.attachments !== undefined, {
    error: 'content or attachments must be there',
  });
export type SendMessage = z.infer<typeof sendMessage>;

/** The message is durably stored, with this place in the conversation. */
export const ack = z.strictObject({
  type: z.literal('ack'),
  requestId: requestId.optional(),
  localId,
  conversationId,
  serverId,
  seq,
  epoch,
  timestamp,
});
export type Ack = z.infer<typeof ack>;

/** The event: what the other members, and the sender's other devices, get. */
export const message = z.strictObject({
  type: z.literal('message'),
  conversationId,
  serverId,
  seq,
  epoch,
  senderId: userId,
  localId,
  /** What it says now; empty only if it is deleted or withheld, or says nothing beside its attachments. */
  content: z.string(),
  contentType,
  replyTo: serverId.optional(),
  /** Of that one, as it is now, if the reader may see it. */
  repliedTo: z
    .strictObject({
      senderId: userId,
      /** The beginning of what it says; absent if it is deleted. */
      snippet: z.string().max(LIMITS.snippetLength).optional(),
      deleted: z.literal(true).optional(),
    })
    .optional(),
  attachments: z.array(attachment).optional(),
  timestamp,
  /** By emoji, in the order in which they came. */
  reactions: z.array(reactionOfMessage).min(1).optional(),
  /** When its author changed it last. */
  editedAt: timestamp.optional(),
  deleted: z.literal(true).optional(),
  /** What changed it last is none of the reader's, or not yet. */
  withheld: z.literal(true).optional(),
});
export type Message = z.infer<typeof message>;
