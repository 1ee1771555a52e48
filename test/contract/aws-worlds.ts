import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createAttachmentStore } from '../../lambdas/aws/attachment-store.ts';
import {
  createBucketClient,
  createDynamoClient,
  createQueueClient,
} from '../../lambdas/aws/clients.ts';
import { DynamoConversationStore } from '../../lambdas/aws/conversation-store.ts';
import { createFanOutQueue } from '../../lambdas/aws/fan-out-queue.ts';
import { createNudgeReceipts } from '../../lambdas/aws/nudge-receipts.ts';
import { systemRandom } from '../../lambdas/aws/random.ts';
import { uploadsOf } from '../../lambdas/aws/uploads-of.ts';
import { DynamoUserStore } from '../../lambdas/aws/user-store.ts';
import { createQueues, createTables } from './aws-resources.ts';
import type { AttachmentWorld } from './attachment-store.ts';
import type { Stores } from './conversation-store.ts';
import type { QueueWorld, Received } from './fan-out-queue.ts';
import { readStackResources } from './stack-resources.ts';

/** The stores on tables of their own, at the endpoint that the environment names. */
export async function startAwsStores(): Promise<Stores> {
  const tables = await createTables(await readStackResources());
  const client = createDynamoClient();
  return {
    conversations: new DynamoConversationStore({ client, ...tables, random: systemRandom }),
    users: new DynamoUserStore(client, tables.usersTable),
    stop: async () => {
      await tables.remove();
      client.destroy();
    },
  };
}

/**
 * The queue of nudges, on queues of its own, at the endpoint that the environment names.
 *
 * @param waitSeconds how long a queue may take to show what was sent
 */
export async function startAwsQueue(waitSeconds = 1): Promise<QueueWorld> {
  const queues = await createQueues(await readStackResources());
  const client = createQueueClient();
  const { fanOutQueueUrl: QueueUrl } = queues;
  return {
    queue: createFanOutQueue(client, QueueUrl, systemRandom),
    receipts: createNudgeReceipts(client, QueueUrl),
    receive: async () => {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: waitSeconds,
        }),
      );
      return Messages.map(({ Body = '', ReceiptHandle: receiptHandle = '' }) => ({
        ...(JSON.parse(Body) as Omit<Received, 'receiptHandle'>),
        receiptHandle,
      }));
    },
    remove: async (ReceiptHandle) => {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    stop: async () => {
      await queues.remove();
      client.destroy();
    },
  };
}

/**
 * A bucket that is there, at the endpoint that the environment names.
 * @param QueueUrl of the queue that it tells of uploads
 */
export function startAwsBucket(bucket: string, QueueUrl: string): Promise<AttachmentWorld> {
  const client = createBucketClient();
  const queues = createQueueClient();
  return Promise.resolve({
    attachments: createAttachmentStore(client, bucket),
    post: async ({ url, fields }, file) => {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.append(name, value);
      body.append('file', new Blob([file]));
      return (await fetch(url, { method: 'POST', body })).ok;
    },
    get: async (link) => {
      const answer = await fetch(link);
      if (!answer.ok) return undefined;
      return {
        mediaType: answer.headers.get('content-type') ?? '',
        disposition: answer.headers.get('content-disposition') ?? '',
        bytes: (await answer.arrayBuffer()).byteLength,
      };
    },
    told: async () => {
      const { Messages = [] } = await queues.send(new ReceiveMessageCommand({ QueueUrl }));
      for (const { ReceiptHandle } of Messages)
        await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      const records = Messages.map(({ Body: body = '', MessageId: messageId = '' }) => ({
        body,
        messageId,
      }));
      return uploadsOf(records).notices.flatMap(({ files }) => files);
    },
    stop: () => {
      client.destroy();
      queues.destroy();
      return Promise.resolve();
    },
  });
}
