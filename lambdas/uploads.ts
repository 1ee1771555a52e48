import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { userPortsFrom } from './aws/ports-from.ts';
import { uploadsOf } from './aws/uploads-of.ts';
import { confirmUploads } from './core/confirm-uploads.ts';

const ports = userPortsFrom(process.env);

/** Serves the bucket's notifications of new uploads; what must come back is reported one by one (F-22). */
export async function handler(event: Pick<SQSEvent, 'Records'>): Promise<SQSBatchResponse> {
  const { notices, unreadable } = uploadsOf(event.Records);
  for (const messageId of unreadable) {
    ports.log.write('error', 'upload_notice_unreadable', { messageId });
  }
  const failed = await confirmUploads(ports, notices);
  return {
    batchItemFailures: [...failed, ...unreadable].map((itemIdentifier) => ({ itemIdentifier })),
  };
}
