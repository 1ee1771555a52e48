import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { FanOutQueue, Random } from '../core/ports.ts';
import { calling } from './errors.ts';

/** The FIFO queue of nudges: a group a conversation, so that one worker at a time serves it. */
export function createFanOutQueue(
  client: SQSClient,
  queueUrl: string,
  random: Pick<Random, 'id'>,
): FanOutQueue {
  return {
    async nudge(conversationId, seq) {
      await calling(
        client.send(
          new SendMessageCommand({
            QueueUrl: queueUrl,
            MessageGroupId: conversationId,
            // Fresh for each nudge: an id blocks the next equal one for five minutes, even when its message is
            // gone. The SDK's own retry repeats it, so a nudge whose answer was lost is not doubled.
            MessageDeduplicationId: random.id(),
            // Ids and numbers only (DESIGN §3).
            MessageBody: JSON.stringify({ conversationId, seq }),
          }),
        ),
      );
    },
  };
}
