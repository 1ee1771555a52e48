import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { createDynamoClient, createQueueClient } from '../../lambdas/aws/clients.ts';
import type { TableResource } from '../../local/assembly/resources.ts';
import type { StackResources } from './stack-resources.ts';

/** Tables of the stack, under names of their own, at the endpoint that the environment names. */
export interface AwsTables {
  readonly conversationsTable: string;
  readonly usersTable: string;
  remove(): Promise<void>;
}

export interface AwsQueues {
  readonly fanOutQueueUrl: string;
  remove(): Promise<void>;
}

const LONGEST_WAIT_SECONDS = 60;

/** TTL stays off: rows of the tests lie in the past, and must not go while a test looks at them. */
export async function createTables(resources: StackResources): Promise<AwsTables> {
  const client = createDynamoClient();
  const create = async ({ createTable }: TableResource): Promise<string> => {
    const TableName = newName();
    await client.send(
      new CreateTableCommand({ ...(createTable as unknown as CreateTableCommandInput), TableName }),
    );
    await waitUntilTableExists(
      { client, minDelay: 1, maxDelay: 2, maxWaitTime: LONGEST_WAIT_SECONDS },
      { TableName },
    );
    return TableName;
  };
  const conversationsTable = await create(resources.conversations);
  const usersTable = await create(resources.users);
  return {
    conversationsTable,
    usersTable,
    remove: async () => {
      for (const TableName of [conversationsTable, usersTable]) {
        await client.send(new DeleteTableCommand({ TableName }));
      }
      client.destroy();
    },
  };
}

export async function createQueues(resources: StackResources): Promise<AwsQueues> {
  const client = createQueueClient();
  const create = async (Attributes: Record<string, string>): Promise<string> => {
    const QueueName = `${newName()}.fifo`;
    const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
    return QueueUrl;
  };
  const deadLetters = await create({ ...resources.deadLetters.attributes });
  const { Attributes: { QueueArn } = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ['QueueArn'] }),
  );
  const redrive = JSON.parse(resources.fanOut.attributes['RedrivePolicy'] ?? '{}') as object;
  const fanOutQueueUrl = await create({
    ...resources.fanOut.attributes,
    RedrivePolicy: JSON.stringify({ ...redrive, deadLetterTargetArn: QueueArn }),
  });
  return {
    fanOutQueueUrl,
    remove: async () => {
      for (const QueueUrl of [fanOutQueueUrl, deadLetters]) {
        await client.send(new DeleteQueueCommand({ QueueUrl }));
      }
      client.destroy();
    },
  };
}

function newName(): string {
  return `parley-test-${randomUUID().slice(0, 13)}`;
}
