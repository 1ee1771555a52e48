import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { nudgesOf } from './aws/nudges-of.ts';
import { fanOutPortsFrom } from './aws/ports-from.ts';
import { deliverNudges } from './core/deliver-nudges.ts';

const ports = fanOutPortsFrom(process.env);

/** Serves the nudges of the FIFO queue; what must come back is reported one by one (F-22). */
export async function handler(event: Pick<SQSEvent, 'Records'>): Promise<SQSBatchResponse> {
  const { nudges, unreadable } = nudgesOf(event.Records);
  for (const messageId of unreadable) {
    ports.log.write('error', 'nudge_unreadable', { messageId });
  }
  const failed = await deliverNudges(ports, nudges);
  return {
    batchItemFailures: [...failed, ...unreadable].map((itemIdentifier) => ({ itemIdentifier })),
  };
}
