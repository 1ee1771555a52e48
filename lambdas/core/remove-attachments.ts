import { keptFile } from './kept-file.ts';
import type { MessageEvent, Ports } from './ports.ts';
import { settleAll } from './settle-all.ts';

/**
 * Removes the files of a message, and the uploads that they were copied from: nothing of them is left. Safe to repeat.
 *
 * The upload goes before the copy: an attempt to send that comes late finds nothing that it could copy once more.
 */
export async function removeAttachments(
  ports: Ports,
  message: Pick<MessageEvent, 'conversationId' | 'senderId' | 'localId'>,
  attachmentIds: readonly string[],
): Promise<void> {
  await settleAll(
    attachmentIds.map(async (attachmentId) => {
      await ports.users.removeUpload(attachmentId);
      await ports.attachments.removeUpload(attachmentId);
      await ports.attachments.removeKept(keptFile(message, attachmentId));
    }),
  );
}
