import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type {
  ReceiveMessageCommandInput,
  SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startTestEndpoint } from '../../support/local-endpoint.ts';
import type { TestEndpoint } from '../../support/local-endpoint.ts';
import { queue, resourcesOf } from '../../support/resources.ts';
import { Started } from '../../support/started.ts';

const jobs = queue('jobs', { VisibilityTimeout: '30' });
const ordered = queue('ordered.fifo');
const started = new Started();
let local: TestEndpoint;
let sqs: SQSClient;

beforeAll(async () => {
  local = await started.add(startTestEndpoint(resourcesOf({ queues: [jobs, ordered] })));
  sqs = local.asRoot.sqs;
});
afterAll(() => started.stop());
afterEach(async () => {
  for (const { url: QueueUrl } of [jobs, ordered])
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
});

const send = (input: Partial<SendMessageCommandInput> = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl: jobs.url, MessageBody: 'x', ...input }));
const receive = async (input: Partial<ReceiveMessageCommandInput> = {}) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl: jobs.url, ...input }))).Messages ?? [];

describe('SQS with the real SDK client', () => {
  it('carries body and attributes, whose digests the client checks', async () => {
    const MessageAttributes = {
      kind: { DataType: 'String', StringValue: 'k' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 3]) },
    };
    const sent = await send({ MessageBody: 'Grüße 👋\n\t', MessageAttributes });
    const [message] = await receive({
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
    });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'Grüße 👋\n\t',
      MD5OfBody: sent.MD5OfMessageBody,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      Attributes: { ApproximateReceiveCount: '1' },
    });
    expect(Object.keys(message?.Attributes ?? {})).toHaveLength(2);
    expect(message?.MessageAttributes?.['raw']?.BinaryValue).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('shows attributes only to who asks for them', async () => {
    await send({ MessageAttributes: { kind: { DataType: 'String', StringValue: 'k' } } });
    const [message] = await receive();
    expect(message).not.toHaveProperty('Attributes');
    expect(message).not.toHaveProperty('MessageAttributes');
  });

  it('waits on a long poll, and answers at once when a message comes', async () => {
    const polling = receive({ WaitTimeSeconds: 20 });
    await send({ MessageBody: 'woke' });
    expect(await polling).toMatchObject([{ Body: 'woke' }]);
  });

  it('takes no message for a client that gave up its long poll', async () => {
    const controller = new AbortController();
    const polling = sqs.send(
      new ReceiveMessageCommand({ QueueUrl: jobs.url, WaitTimeSeconds: 20 }),
      {
        abortSignal: controller.signal,
      },
    );
    controller.abort();
    await expect(polling).rejects.toMatchObject({ name: 'AbortError' });
    await send();
    expect(await receive({ WaitTimeSeconds: 5 })).toHaveLength(1);
  });

  it('changes the visibility of a message, alone or in a batch', async () => {
    await send();
    const [first] = await receive();
    const { ReceiptHandle } = first ?? {};
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: jobs.url,
        ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    const [second] = await receive();
    expect(second?.MessageId).toBe(first?.MessageId);
    const answer = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: jobs.url,
        Entries: [
          { Id: 'new', ReceiptHandle: second?.ReceiptHandle, VisibilityTimeout: 0 },
          { Id: 'bad', ReceiptHandle: 'nonsense', VisibilityTimeout: 0 },
        ],
      }),
    );
    expect(answer.Successful).toEqual([{ Id: 'new' }]);
    expect(answer.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }]);
    expect(await receive()).toHaveLength(1);
  });

  it('deletes one or many', async () => {
    for (const MessageBody of ['1', '2', '3']) await send({ MessageBody });
    const [first, ...rest] = await receive({ MaxNumberOfMessages: 10 });
    await sqs.send(
      new DeleteMessageCommand({ QueueUrl: jobs.url, ReceiptHandle: first?.ReceiptHandle }),
    );
    const answer = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: jobs.url,
        Entries: rest.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle })),
      }),
    );
    expect(answer.Successful).toHaveLength(2);
    local.clock.wind(30_000);
    expect(await receive()).toEqual([]);
  });

  it('answers 200 for a batch of which some entries failed (F-37)', async () => {
    const answer = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: jobs.url,
        Entries: [
          { Id: 'good', MessageBody: 'x' },
          { Id: 'bad', MessageBody: '\uFFFE' },
        ],
      }),
    );
    expect(answer.Successful).toMatchObject([{ Id: 'good' }]);
    expect(answer.Failed).toMatchObject([
      { Id: 'bad', SenderFault: true, Code: 'InvalidMessageContents' },
    ]);
  });

  it('knows FIFO queues: order, groups, sequence numbers', async () => {
    const { url: QueueUrl } = ordered;
    for (const MessageBody of ['1', '2']) {
      const { SequenceNumber } = await send({
        QueueUrl,
        MessageBody,
        MessageGroupId: 'g',
        MessageDeduplicationId: MessageBody,
      });
      expect(SequenceNumber).toMatch(/^\d{20}$/);
    }
    const messages = await receive({ QueueUrl, MaxNumberOfMessages: 10, AttributeNames: ['All'] });
    expect(messages.map(({ Body }) => Body)).toEqual(['1', '2']);
    expect(messages[0]?.Attributes).toMatchObject({
      MessageGroupId: 'g',
      MessageDeduplicationId: '1',
    });
    expect(await receive({ QueueUrl })).toEqual([]);
  });

  it('makes, finds, lists, sets and removes queues', async () => {
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: 'mine', Attributes: { VisibilityTimeout: '7' } }),
    );
    expect(QueueUrl).toBe(`${local.endpoint.url}/123456789012/mine`);
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'mine' }))).QueueUrl).toBe(QueueUrl);
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'mi' }))).QueueUrls).toEqual([
      QueueUrl,
    ]);
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: '3' } }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      QueueArn: 'arn:aws:sqs:eu-west-1:123456789012:mine',
      VisibilityTimeout: '7',
      DelaySeconds: '3',
      MessageRetentionPeriod: '345600',
      ApproximateNumberOfMessages: '0',
    });
    await expect(
      sqs.send(
        new CreateQueueCommand({ QueueName: 'mine', Attributes: { VisibilityTimeout: '8' } }),
      ),
    ).rejects.toMatchObject({ name: 'QueueNameExists' });
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'mine' }))).rejects.toBeInstanceOf(
      QueueDoesNotExist,
    );
  });

  it.each<[string, Partial<SendMessageCommandInput>, string]>([
    ['an empty body', { MessageBody: '' }, 'MissingParameter'],
    ['U+FFFE (F-36)', { MessageBody: 'a\uFFFE' }, 'InvalidMessageContents'],
    ['U+FFFF (F-36)', { MessageBody: 'a\uFFFF' }, 'InvalidMessageContents'],
    ['a control character (F-36)', { MessageBody: 'a\u0000' }, 'InvalidMessageContents'],
    ['more than 1 MiB', { MessageBody: 'x'.repeat(2 ** 20 + 1) }, 'InvalidParameterValue'],
    ['a delay over 15 minutes', { DelaySeconds: 901 }, 'InvalidParameterValue'],
    [
      'a deduplication id on a standard queue',
      { MessageDeduplicationId: 'd' },
      'InvalidParameterValue',
    ],
    ['no group on a FIFO queue', { QueueUrl: ordered.url }, 'MissingParameter'],
    [
      'no deduplication id on a FIFO queue',
      { QueueUrl: ordered.url, MessageGroupId: 'g' },
      'InvalidParameterValue',
    ],
    [
      'a delay of its own on a FIFO queue',
      { QueueUrl: ordered.url, MessageGroupId: 'g', MessageDeduplicationId: 'd', DelaySeconds: 1 },
      'InvalidParameterValue',
    ],
    [
      'a group id with a space',
      { QueueUrl: ordered.url, MessageGroupId: 'a b', MessageDeduplicationId: 'd' },
      'InvalidParameterValue',
    ],
    ['a queue that is not there', { QueueUrl: 'http://x/1/none' }, 'QueueDoesNotExist'],
  ])('refuses %s', async (_what, input, name) => {
    await expect(send(input)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  it.each<[string, readonly { Id: string; MessageBody: string }[], string]>([
    ['no entry', [], 'EmptyBatchRequest'],
    [
      'eleven entries',
      Array.from({ length: 11 }, (_, n) => ({ Id: String(n), MessageBody: 'x' })),
      'TooManyEntriesInBatchRequest',
    ],
    [
      'an id twice',
      [
        { Id: 'a', MessageBody: '1' },
        { Id: 'a', MessageBody: '2' },
      ],
      'BatchEntryIdsNotDistinct',
    ],
    ['an id with a space', [{ Id: 'a b', MessageBody: '1' }], 'InvalidBatchEntryId'],
  ])('refuses a batch with %s as a whole', async (_what, entries, name) => {
    const batch = new SendMessageBatchCommand({ QueueUrl: jobs.url, Entries: [...entries] });
    await expect(sqs.send(batch)).rejects.toMatchObject({ name });
  });

  it.each([{ MaxNumberOfMessages: 11 }, { WaitTimeSeconds: 21 }, { VisibilityTimeout: 43_201 }])(
    'refuses to receive with %j',
    async (input) => {
      await expect(receive(input)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    },
  );
});
