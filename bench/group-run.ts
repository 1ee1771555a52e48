import { randomUUID } from 'node:crypto';
import type { Cloud } from '../local/cloud.ts';
import type { ConversationEvent } from '../protocol/conversation-event.ts';
import { Member } from './member.ts';
import type { Billed } from './prices.ts';

/** Messages into one group, whose members are all there. */
export interface GroupRun {
  readonly members: number;
  /** So many of them send at once, each its next message when the last one is acked. */
  readonly senders: number;
  readonly messagesEach: number;
  /** Whether connections take several events in a frame, as the SDK's do. */
  readonly batch: boolean;
}

/** What one run came to, a message. */
export interface GroupResult {
  /** Capacity units of the function that sends, and of everything, fan-out included. */
  readonly sending: { readonly writeUnits: number; readonly readUnits: number };
  readonly billed: Billed;
  /** Milliseconds from the send to the ack, of each message. */
  readonly acks: readonly number[];
  /** Milliseconds from the send to the arrival, of each message at each member that got it. */
  readonly deliveries: readonly number[];
  /** Acked in a second. */
  readonly rate: number;
  /** Frames that were given up, which a client would have recovered. */
  readonly missing: number;
}

const CONTENT = 'A message of everyday length, as people write them to each other. ';

/** Lets new users form a group, send, and leave again. */
export async function runGroup(cloud: Cloud, run: GroupRun): Promise<GroupResult> {
  const sentAt = new Map<string, number>();
  const deliveries: number[] = [];
  const onEvent = (event: ConversationEvent): void => {
    const sent = event.type === 'message' ? sentAt.get(event.localId) : undefined;
    if (sent !== undefined) deliveries.push(performance.now() - sent);
  };
  const group = randomUUID();
  const userIds = Array.from({ length: run.members }, (_, index) => `${group}-${index}`);
  const members = await Promise.all(
    userIds.map((userId) => Member.connect({ url: cloud.url, userId, batch: run.batch, onEvent })),
  );
  const conversation = await members[0]?.createGroup(group, userIds);
  const conversationId = conversation?.conversationId ?? '';
  const senders = members.slice(0, run.senders);
  // Functions have their instances, and connections to the tables, before anything is measured.
  await Promise.all(senders.map((sender) => sender.send(conversationId, randomUUID(), CONTENT)));
  await idle(cloud);

  cloud.endpoint.meter.reset();
  const acks: number[] = [];
  const start = performance.now();
  await Promise.all(
    senders.map(async (sender) => {
      for (let number = 1; number <= run.messagesEach; number += 1) {
        const localId = randomUUID();
        const sent = performance.now();
        sentAt.set(localId, sent);
        await sender.send(conversationId, localId, CONTENT);
        acks.push(performance.now() - sent);
      }
    }),
  );
  const rate = acks.length / ((performance.now() - start) / 1000);
  await idle(cloud);
  const figures = readMeter(cloud, acks.length);
  // What was posted before the close has arrived with it.
  await Promise.all(members.map((member) => member.close()));
  const missing = acks.length * (run.members - 1) - deliveries.length;
  return { ...figures, acks, deliveries, rate, missing };
}

/** Waits until the worker has nothing left to do. */
async function idle(cloud: Cloud): Promise<void> {
  const isIdle = (): boolean =>
    cloud.endpoint.queues.all.every((queue) => {
      const { visible, inFlight, delayed } = queue.counts();
      return visible + inFlight + delayed === 0;
    });
  while (!isIdle()) await new Promise((resolve) => setTimeout(resolve, 10));
}

function readMeter(cloud: Cloud, messages: number): Pick<GroupResult, 'sending' | 'billed'> {
  const { dynamodb, sqs, connections, calls } = cloud.endpoint.meter.snapshot();
  const commands = cloud.resources.functions.find(({ logicalId }) => /commands/i.test(logicalId));
  const own = dynamodb.callers[commands?.name ?? ''];
  if (own === undefined) throw new Error('the meter knows nothing of the function that sends');
  // A batch that a worker is done with is deleted by one call.
  const workers = calls['sqs']?.['DeleteMessageBatch'] ?? 0;
  return {
    sending: { writeUnits: own.writeUnits / messages, readUnits: own.readUnits / messages },
    billed: {
      // The frame, its ack, and what was posted.
      webSocketMessages: 2 + connections.messages / messages,
      writeUnits: dynamodb.writeUnits / messages,
      readUnits: dynamodb.readUnits / messages,
      queueRequests: sqs.requests / messages,
      functionRequests: 1 + workers / messages,
    },
  };
}
