import { z } from 'zod';
import { conversationId, seq } from '../../protocol/fields.ts';
import type { SQSRecord } from 'aws-lambda';

const nudge = z.object({ conversationId, seq });

/** The nudges of a batch, and the ids of messages that are none: those end in the dead-letter queue, where somebody looks. */
export function nudgesOf(records: readonly SQSRecord[]) {
  const read = records.map((record) => ({ record, nudge: readNudge(record.body) }));
  return {
    nudges: read.flatMap(({ record, nudge: body }) =>
      body
        ? [
            {
              messageId: record.messageId,
              receiptHandle: record.receiptHandle,
              receiveCount: Number(record.attributes.ApproximateReceiveCount),
              ...body,
            },
          ]
        : [],
    ),
    unreadable: read.flatMap(({ record, nudge: body }) => (body ? [] : [record.messageId])),
  };
}

function readNudge(body: string): z.infer<typeof nudge> | undefined {
  try {
    return nudge.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
