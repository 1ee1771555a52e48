import type { Attachment, AttachmentToSend } from '../../protocol/attachment.ts';
import { atMost, CONTENT_UNIT, LIMITS } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import { jsonBytes } from './frames.ts';
import { keptFile } from './kept-file.ts';
import type { Ports, RecordedRefusal, Upload } from './ports.ts';
import { Refusal, tooLarge } from './refusal.ts';
import { readAll } from './retry.ts';
import { settleAll } from './settle-all.ts';

/** A client that comes back after so long finds most uploads confirmed. */
const RETRY_AFTER_MS = 1_000;

/** The files that a message is to carry. */
export interface FilesToSend {
  /**
   * Makes sure that they are there, and copies them to where the message will have them: before it takes a number,
   * since a copy takes longer than others wait for one.
   *
   * @returns `attachment_not_found` for one that is not there, or another's
   * @throws Refusal `attachment_not_ready` for one that the bucket has not told of yet, `too_large`
   */
  keep(): Promise<RecordedRefusal | undefined>;
  /** What the message says of them; `undefined` once one of them has expired. */
  read(): Promise<readonly Attachment[] | undefined>;
}

/** `undefined` for a message without any: it is not to cost more than before. */
export function filesToSend(
  ports: Ports,
  { userId }: Caller,
  request: {
    readonly conversationId: string;
    readonly localId: string;
    readonly attachments?: readonly AttachmentToSend[] | undefined;
  },
): FilesToSend | undefined {
  const { attachments: sent } = request;
  if (sent === undefined) return undefined;
  const ids = sent.map(({ attachmentId }) => attachmentId);
  let known: readonly Attachment[] | undefined;

  const readUploads = async (): Promise<readonly Upload[] | undefined> => {
    const found = await readAll(ports, ids, ids.length, (some) => ports.users.getUploads(some));
    const now = ports.clock.now() / 1_000;
    const uploads = ids
      .map((id) => found.get(id))
      .filter((upload) => upload?.userId === userId && upload.expiresAt > now)
      .filter((upload) => upload !== undefined);
    return uploads.length === ids.length ? uploads : undefined;
  };

  return {
    keep: async () => {
      const uploads = await readUploads();
      if (uploads === undefined) return 'attachment_not_found';
      if (uploads.some(({ confirmedAt }) => confirmedAt === undefined))
        throw new Refusal('attachment_not_ready', undefined, RETRY_AFTER_MS);
      const described = describe(sent, uploads);
      if (jsonBytes(described) > LIMITS.attachmentsBytes)
        throw tooLarge('attachments', atMost(LIMITS.attachmentsBytes, CONTENT_UNIT));
      const message = { ...request, senderId: userId };
      await settleAll(ids.map((id) => ports.attachments.keep(id, keptFile(message, id))));
      known = described;
      return undefined;
    },
    read: async () => {
      const uploads = known === undefined ? await readUploads() : undefined;
      known ??= uploads && describe(sent, uploads);
      return known;
    },
  };
}

/** Name, type and size are the upload's own: they were held to by the bucket, and are no client's word. */
function describe(
  sent: readonly AttachmentToSend[],
  uploads: readonly Upload[],
): readonly Attachment[] {
  return uploads.map(({ attachmentId, kind, name, mediaType, bytes }, index) => ({
    ...sent[index],
    attachmentId,
    kind,
    name,
    mediaType,
    bytes,
  }));
}
