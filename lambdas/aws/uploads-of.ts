import { z } from 'zod';
import type { SQSRecord } from 'aws-lambda';
import { attachmentId } from '../../protocol/attachment.ts';
import { uploadOfKey } from './object-keys.ts';

/** What S3 tells of a new object. The key is encoded as a form's field. */
const created = z.object({
  s3: z.object({
    object: z.object({
      key: z.string().transform((key) => decodeURIComponent(key.replaceAll('+', ' '))),
      size: z.int().nonnegative(),
    }),
  }),
});

/** S3's notifications; and the one by which it tries out whether the queue takes them. */
const notification = z.union([
  z.object({ Records: z.array(created) }),
  z.object({ Event: z.literal('s3:TestEvent') }).transform(() => ({ Records: [] })),
]);

/** The notices of a batch, and the ids of messages that are none: those end in the dead-letter queue, where somebody looks. */
export function uploadsOf(records: readonly Pick<SQSRecord, 'messageId' | 'body'>[]) {
  const read = records.map(({ messageId, body }) => ({ messageId, files: readFiles(body) }));
  return {
    notices: read.flatMap(({ messageId, files }) => (files ? [{ messageId, files }] : [])),
    unreadable: read.flatMap(({ messageId, files }) => (files ? [] : [messageId])),
  };
}

function readFiles(body: string) {
  try {
    return notification.safeParse(JSON.parse(body)).data?.Records.flatMap(({ s3 }) => {
      const id = attachmentId.safeParse(uploadOfKey(s3.object.key));
      return id.success ? [{ attachmentId: id.data, bytes: s3.object.size }] : [];
    });
  } catch {
    return undefined;
  }
}
