import * as z from 'zod';
import { changed } from './changed.ts';
import { closing } from './closing.ts';
import { conversationEvent, events } from './conversation-event.ts';
import { conversation } from './create-conversation.ts';
import { done } from './done.ts';
import { error } from './errors.ts';
import { presence } from './get-presence.ts';
import { receipts } from './get-receipts.ts';
import { download } from './get-download.ts';
import { conversations } from './list-conversations.ts';
import { members } from './list-members.ts';
import { messages } from './list-messages.ts';
import { marked } from './mark-read.ts';
import { pong } from './ping.ts';
import { upload } from './request-upload.ts';
import { ack } from './send-message.ts';
import { signal } from './signal.ts';
import { synced } from './sync.ts';
import { settings } from './update-settings.ts';

/** The answers: each to one request, and to nobody else. */
export const answer = z.discriminatedUnion('type', [
  ack,
  conversation,
  changed,
  conversations,
  members,
  messages,
  receipts,
  presence,
  synced,
  pong,
  marked,
  upload,
  done,
  settings,
  download,
  error,
]);
export type Answer = z.infer<typeof answer>;

/** Everything a server can say: answers, and what comes unasked. */
export const serverMessage = z.union([answer, conversationEvent, events, signal, closing]);
export type ServerMessage = z.infer<typeof serverMessage>;
