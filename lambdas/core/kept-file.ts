import { createHash } from 'node:crypto';
import type { KeptFile, MessageEvent } from './ports.ts';

/** Where a message has a file of its own. It is known before the message has a place, and the same at every try. */
export function keptFile(
  message: Pick<MessageEvent, 'conversationId' | 'senderId' | 'localId'>,
  attachmentId: string,
): KeptFile {
  const { conversationId, senderId, localId } = message;
  const name = JSON.stringify([senderId, localId]);
  const owner = createHash('sha256').update(name).digest('base64url').slice(0, 22);
  return { conversationId, owner, attachmentId };
}
