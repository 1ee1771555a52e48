import * as z from 'zod';
import { membersAdded } from './add-members.ts';
import { reaction } from './add-reaction.ts';
import { conversationCreated } from './create-conversation.ts';
import { conversationDeleted } from './delete-conversation.ts';
import { messageDeleted } from './delete-message.ts';
import { messageEdited } from './edit-message.ts';
import { conversationId, epoch, seq } from './fields.ts';
import { memberRemoved } from './remove-member.ts';
import { roleSet } from './set-role.ts';
import { message } from './send-message.ts';
import { conversationUpdated } from './update-conversation.ts';

/** The event that says: this number holds nothing. It counts for continuity and is not shown. */
export const voidEvent = z.strictObject({ type: z.literal('void'), conversationId, seq, epoch });

/** Every event that a conversation's log can hold, as a client gets it. A client skips types it does not know. */
export const conversationEvent = z.discriminatedUnion('type', [
  message,
  conversationCreated,
  membersAdded,
  memberRemoved,
  roleSet,
  messageEdited,
  reaction,
  messageDeleted,
  conversationUpdated,
  conversationDeleted,
  voidEvent,
]);
export type ConversationEvent = z.infer<typeof conversationEvent>;

/** Several events in one frame, for a client that asked for it when connecting (`?batch=1`). */
export const events = z.strictObject({
  type: z.literal('events'),
  /** Of one conversation, by seq. */
  events: z.array(conversationEvent).min(1),
});
