import { ENV, required } from '../env.ts';
import type { FanOutPorts, NudgeReceipts, Ports, SignalPorts } from '../core/ports.ts';
import { createAttachmentStore } from './attachment-store.ts';
import {
  createBucketClient,
  createConnectionsClient,
  createDynamoClient,
  createQueueClient,
} from './clients.ts';
import { systemClock } from './clock.ts';
import { createConnections } from './connections.ts';
import { DynamoConversationStore } from './conversation-store.ts';
import { createFanOutQueue } from './fan-out-queue.ts';
import { createLog } from './log.ts';
import { createNudgeReceipts } from './nudge-receipts.ts';
import { systemRandom } from './random.ts';
import { chatSettingsFrom } from './settings-from.ts';
import { systemTimer } from './timer.ts';
import { DynamoUserStore } from './user-store.ts';

/**
 * The ports of each function, on what its environment names. Called once, when the function loads, so that
 * clients and their connections live as long as the instance.
 */
type Variables = Readonly<Record<string, string | undefined>>;

/** Of the functions that answer frames. */
export function actionPortsFrom(variables: Variables): Ports {
  return {
    ...chatPortsFrom(variables),
    attachments: createAttachmentStore(
      createBucketClient(),
      required(variables, ENV.attachmentsBucket),
    ),
    queue: createFanOutQueue(
      createQueueClient(),
      required(variables, ENV.fanOutQueueUrl),
      systemRandom,
    ),
  };
}

/** Of the function that serves signals. */
export function signalPortsFrom(variables: Variables): SignalPorts {
  const endpoint = required(variables, ENV.connectionsEndpoint);
  return {
    ...chatPortsFrom(variables),
    connections: createConnections(createConnectionsClient(endpoint)),
  };
}

/** Of the fan-out worker. */
export function fanOutPortsFrom(
  variables: Variables,
): FanOutPorts & { readonly receipts: NudgeReceipts } {
  const queueUrl = required(variables, ENV.fanOutQueueUrl);
  return {
    ...signalPortsFrom(variables),
    receipts: createNudgeReceipts(createQueueClient(), queueUrl),
  };
}

/** Of the function that opens and closes sessions. */
export function sessionPortsFrom(variables: Variables) {
  const endpoint = required(variables, ENV.connectionsEndpoint);
  return {
    ...userPortsFrom(variables),
    connections: createConnections(createConnectionsClient(endpoint)),
    settings: chatSettingsFrom(variables),
  };
}

/** Of a function that may touch the users' table and nothing else. */
export function userPortsFrom(variables: Variables): Pick<Ports, 'users' | 'clock' | 'log'> {
  return {
    users: new DynamoUserStore(createDynamoClient(), required(variables, ENV.usersTable)),
    clock: systemClock,
    log: createLog(systemClock),
  };
}

function chatPortsFrom(variables: Variables): Omit<Ports, 'queue' | 'attachments'> {
  const client = createDynamoClient();
  const usersTable = required(variables, ENV.usersTable);
  return {
    conversations: new DynamoConversationStore({
      client,
      conversationsTable: required(variables, ENV.conversationsTable),
      usersTable,
      random: systemRandom,
    }),
    users: new DynamoUserStore(client, usersTable),
    clock: systemClock,
    random: systemRandom,
    timer: systemTimer,
    log: createLog(systemClock),
    settings: chatSettingsFrom(variables),
  };
}
