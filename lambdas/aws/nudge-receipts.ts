import {
  ChangeMessageVisibilityCommand,
  MessageNotInflight,
  ReceiptHandleIsInvalid,
} from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { NudgeReceipts } from '../core/ports.ts';
import { calling } from './errors.ts';

/** SQS lets nothing stay away longer: 12 hours. */
const LONGEST_SECONDS = 43_200;

export function createNudgeReceipts(client: SQSClient, queueUrl: string): NudgeReceipts {
  return {
    async giveBack(receiptHandle, seconds) {
      try {
        await calling(
          client.send(
            new ChangeMessageVisibilityCommand({
              QueueUrl: queueUrl,
              ReceiptHandle: receiptHandle,
              VisibilityTimeout: Math.min(Math.ceil(seconds), LONGEST_SECONDS),
            }),
          ),
        );
      } catch (error) {
        if (!isOutOfHand(error)) {
          throw error;
        }
      }
    },
  };
}

/** The nudge is back in the queue, or done: there is nothing left to give back. */
function isOutOfHand(error: unknown): boolean {
  return (
    error instanceof MessageNotInflight ||
    error instanceof ReceiptHandleIsInvalid ||
    // What a FIFO queue says to a receipt whose time is over; the SDK has no class for it.
    (error instanceof Error && error.name.startsWith('InvalidParameterValue'))
  );
}
