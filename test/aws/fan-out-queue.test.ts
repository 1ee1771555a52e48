import type { SQSClient } from '@aws-sdk/client-sqs';
import { createQueueClient } from '../../lambdas/aws/clients.ts';
import { createFanOutQueue } from '../../lambdas/aws/fan-out-queue.ts';
import { createNudgeReceipts } from '../../lambdas/aws/nudge-receipts.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import { MemoryRandom } from '../memory/random.ts';
import { awsError, ScriptedAws } from '../support/scripted-aws.ts';

/** Of AWS, though the client is told to go elsewhere. */
const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/FanOut.fifo';

let aws: ScriptedAws;
let client: SQSClient;

beforeAll(async () => {
  aws = await ScriptedAws.start();
  client = createQueueClient();
});

beforeEach(() => aws.reset());

afterAll(async () => {
  client.destroy();
  await aws.stop();
});

function queue() {
  return createFanOutQueue(client, QUEUE_URL, new MemoryRandom());
}

describe('the fan-out queue on SQS', () => {
  it('F-36 sends ids and numbers only, in the group of the conversation', async () => {
    await queue().nudge('g_1', 7);
    expect(aws.calls).toEqual([
      {
        operation: 'SendMessage',
        body: {
          QueueUrl: QUEUE_URL,
          MessageGroupId: 'g_1',
          MessageDeduplicationId: expect.stringMatching(/^[\w-]{22}$/) as string,
          MessageBody: '{"conversationId":"g_1","seq":7}',
        },
      },
    ]);
  });

  it('F-33 never repeats a deduplication id, except when the SDK repeats the very call', async () => {
    aws.say(awsError('InternalError', 500));
    const nudges = queue();
    await nudges.nudge('g_1', 7);
    await nudges.nudge('g_1', 7);
    const ids = aws.calls.map(({ body }) => body['MessageDeduplicationId']);
    expect(ids).toHaveLength(3);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('is unavailable after two attempts that failed on the other side', async () => {
    aws.say(awsError('InternalError', 500), awsError('RequestThrottled'));
    await expect(queue().nudge('g_1', 7)).rejects.toThrow(Unavailable);
    expect(aws.calls).toHaveLength(2);
  });

  it('lets a queue that is not there out as it came', async () => {
    aws.say(awsError('QueueDoesNotExist'));
    await expect(queue().nudge('g_1', 7)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });
});

describe('the receipts of nudges on SQS', () => {
  it.each([
    [0, 0],
    [1.2, 2],
    [99_999, 43_200],
  ])('give a nudge back for %d seconds as %d', async (seconds, sent) => {
    await createNudgeReceipts(client, QUEUE_URL).giveBack('receipt', seconds);
    expect(aws.calls).toEqual([
      {
        operation: 'ChangeMessageVisibility',
        body: { QueueUrl: QUEUE_URL, ReceiptHandle: 'receipt', VisibilityTimeout: sent },
      },
    ]);
  });

  it.each(['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue'])(
    'have nothing to give back after %s',
    async (name) => {
      aws.say(awsError(name));
      await createNudgeReceipts(client, QUEUE_URL).giveBack('receipt', 1);
      expect(aws.calls).toHaveLength(1);
    },
  );

  it('let a missing right out as it came', async () => {
    aws.say(awsError('AccessDeniedException', 403));
    await expect(
      createNudgeReceipts(client, QUEUE_URL).giveBack('receipt', 1),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
