import type { SQSEvent } from 'aws-lambda';
import type {
  EventSourceMappingResource,
  PolicyStatement,
} from '../../../local/assembly/resources.ts';
import { WindableClock } from '../../../local/clock.ts';
import { createMeter } from '../../../local/endpoint/meter.ts';
import type { Invocation } from '../../../local/lambda/invoke.ts';
import { startPollers } from '../../../local/sqs/pollers.ts';
import type { Poller } from '../../../local/sqs/poller.ts';
import type { Queue } from '../../../local/sqs/queue.ts';
import { Queues } from '../../../local/sqs/queues.ts';
import { allow, FUNCTION_ARN, mapping, queue, resourcesOf } from '../../support/resources.ts';
import { until } from '../../support/until.ts';

const SECOND = 1000;
const RIGHTS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const done: Invocation = { ok: true, payload: null };
const failure: Invocation = { ok: false, errorType: 'Unhandled', errorMessage: 'x' };

/** One invocation that waits for its answer. */
interface Call {
  readonly event: SQSEvent;
  readonly bodies: readonly string[];
  readonly answer: (invocation: Invocation) => void;
}

interface Setup {
  readonly source: Queue;
  readonly dead: Queue;
  readonly clock: WindableClock;
  readonly calls: Call[];
  readonly log: string[];
  readonly poller: Poller;
  readonly billed: () => number;
  /** The nth invocation, once it is there. */
  readonly call: (n: number) => Promise<Call>;
}

let running: Setup | undefined;

afterEach(async () => {
  for (const call of running?.calls ?? []) call.answer(done);
  const stopping = running?.poller.stop();
  // What is invoked while stopping is answered too.
  const answering = setInterval(() => running?.calls.forEach((call) => call.answer(done)), 5);
  await stopping;
  clearInterval(answering);
  running = undefined;
});

function start(
  name: 'jobs' | 'jobs.fifo',
  extra: Partial<EventSourceMappingResource> = {},
  statements: readonly PolicyStatement[] = [allow(RIGHTS, queue(name).arn)],
): Setup {
  const deadName = name === 'jobs' ? 'dead' : 'dead.fifo';
  const redrive = JSON.stringify({ deadLetterTargetArn: queue(deadName).arn, maxReceiveCount: 2 });
  const resources = resourcesOf({
    statements,
    queues: [queue(name, { VisibilityTimeout: '30', RedrivePolicy: redrive }), queue(deadName)],
    eventSourceMappings: [mapping(name, extra)],
  });
  const clock = new WindableClock();
  const queues = new Queues({ resources, clock });
  const meter = createMeter();
  const calls: Call[] = [];
  const log: string[] = [];
  const poller = startPollers({
    resources,
    queues,
    clock,
    meter,
    log: (line) => log.push(line),
    invoke: (target, event) =>
      new Promise((answer) => {
        expect(target).toBe(FUNCTION_ARN);
        const batch = event as SQSEvent;
        calls.push({ event: batch, bodies: batch.Records.map(({ body }) => body), answer });
      }),
  });
  running = {
    source: queues.byUrl(name),
    dead: queues.byUrl(deadName),
    clock,
    calls,
    log,
    poller,
    billed: () => meter.snapshot().sqs.requests,
    call: async (n) => until(() => calls[n]),
  };
  return running;
}

function send(to: Queue, body: string, groupId = 'g'): string {
  const fifo = to.fifo ? { groupId, deduplicationId: body } : {};
  return to.send({ body, senderId: 'AROA:Sender', ...fifo }).messageId;
}

/** Lets everything that is due on the microtask queue and the event loop's next turn happen. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe('a batch', () => {
  it('holds at most as many messages as the mapping says', async () => {
    const { source, call } = start('jobs.fifo', { batchSize: 2, maximumConcurrency: 2 });
    for (const body of ['1', '2', '3']) send(source, body);
    const first = await call(0);
    first.answer(done);
    const second = await call(1);
    expect([first.bodies, second.bodies]).toEqual([['1', '2'], ['3']]);
  });

  it('is deleted once the function has succeeded', async () => {
    const { source, call } = start('jobs');
    send(source, 'a');
    (await call(0)).answer(done);
    await until(() => source.counts().inFlight === 0);
    expect(source.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('comes back as a whole after its visibility time if the function failed', async () => {
    const { source, call, calls, clock } = start('jobs.fifo');
    for (const body of ['1', '2', '3']) send(source, body);
    (await call(0)).answer(failure);
    await settled();
    clock.wind(29 * SECOND);
    await settled();
    expect(calls).toHaveLength(1);
    clock.wind(1 * SECOND);
    const again = await call(1);
    expect(again.bodies).toEqual(['1', '2', '3']);
    expect(again.event.Records[0]?.attributes.ApproximateReceiveCount).toBe('2');
  });

  it('goes to the dead-letter queue once it was received too often, and the group goes on', async () => {
    const { source, dead, call, clock } = start('jobs.fifo', { batchSize: 1 });
    send(source, 'poison');
    send(source, 'good');
    for (const attempt of [0, 1]) {
      (await call(attempt)).answer(failure);
      await settled();
      clock.wind(30 * SECOND);
    }
    expect((await call(2)).bodies).toEqual(['good']);
    expect(dead.counts().visible).toBe(1);
  });
});

describe('ReportBatchItemFailures', () => {
  it('brings back only what the function names, in the order of the group', async () => {
    const { source, call, clock } = start('jobs.fifo', { reportBatchItemFailures: true });
    for (const body of ['1', '2', '3', '4']) send(source, body);
    const { event, answer } = await call(0);
    const [, , three, four] = event.Records;
    answer({
      ok: true,
      payload: {
        batchItemFailures: [three, four].map((record) => ({ itemIdentifier: record?.messageId })),
      },
    });
    await until(() => source.counts().inFlight === 2);
    send(source, '5');
    clock.wind(30 * SECOND);
    expect((await call(1)).bodies).toEqual(['3', '4', '5']);
  });

  it('comes back sooner if the function shortens the visibility itself', async () => {
    const { source, call, clock } = start('jobs.fifo', { reportBatchItemFailures: true });
    send(source, '1');
    const { event, answer } = await call(0);
    const [record] = event.Records;
    source.changeVisibility(record?.receiptHandle ?? '', 2 * SECOND);
    answer({ ok: true, payload: { batchItemFailures: [{ itemIdentifier: record?.messageId }] } });
    await settled();
    clock.wind(2 * SECOND);
    expect((await call(1)).bodies).toEqual(['1']);
  });
});

describe('concurrency', () => {
  it('is one invocation at a time for a group, and several for several groups', async () => {
    const { source, call, calls } = start('jobs.fifo', { maximumConcurrency: 2 });
    send(source, 'a1', 'a');
    const first = await call(0);
    send(source, 'a2', 'a');
    send(source, 'b1', 'b');
    const second = await call(1);
    await settled();
    expect(calls.map(({ bodies }) => bodies)).toEqual([['a1'], ['b1']]);
    second.answer(done);
    await settled();
    expect(calls).toHaveLength(2);
    first.answer(done);
    expect((await call(2)).bodies).toEqual(['a2']);
  });

  it('is one for a batch of several groups, each in its order', async () => {
    const { source, call } = start('jobs.fifo');
    send(source, 'a1', 'a');
    send(source, 'b1', 'b');
    send(source, 'a2', 'a');
    expect((await call(0)).bodies).toEqual(['a1', 'a2', 'b1']);
  });

  it('never exceeds the maximum of the mapping', async () => {
    const { source, call, calls } = start('jobs', { batchSize: 1, maximumConcurrency: 2 });
    for (const body of ['1', '2', '3', '4']) send(source, body);
    const first = await call(1);
    await settled();
    expect(calls).toHaveLength(2);
    first.answer(done);
    await call(2);
    await settled();
    expect(calls).toHaveLength(3);
  });
});

describe('a batching window', () => {
  const window = { batchSize: 20, batchingWindowSeconds: 5, maximumConcurrency: 1 };

  it('gathers what arrives until it is over', async () => {
    const { source, call, calls, clock } = start('jobs', window);
    send(source, '1');
    await settled();
    clock.wind(4 * SECOND);
    send(source, '2');
    await settled();
    expect(calls).toHaveLength(0);
    clock.wind(1 * SECOND);
    expect((await call(0)).bodies).toEqual(['1', '2']);
  });

  it('ends early when the batch is full, beyond what one receive can give', async () => {
    const { source, call } = start('jobs', window);
    for (let n = 0; n < 25; n += 1) send(source, String(n));
    expect((await call(0)).bodies).toHaveLength(20);
  });
});

describe('the event', () => {
  it('has the documented shape', async () => {
    const { source, call } = start('jobs.fifo');
    const { messageId, sequenceNumber } = source.send({
      body: '{"n":1}',
      attributes: {
        kind: { DataType: 'String', StringValue: 'k' },
        raw: { DataType: 'Binary', BinaryValue: 'AQI=' },
      },
      senderId: 'AROA:Sender',
      groupId: 'room',
      deduplicationId: 'd',
    });
    const { event } = await call(0);
    const anInstant: unknown = expect.stringMatching(/^\d{13}$/);
    const aDigest: unknown = expect.stringMatching(/^[0-9a-f]{32}$/);
    const aHandle: unknown = expect.any(String);
    expect(event).toEqual({
      Records: [
        {
          messageId,
          receiptHandle: aHandle,
          body: '{"n":1}',
          attributes: {
            ApproximateReceiveCount: '1',
            ApproximateFirstReceiveTimestamp: anInstant,
            SentTimestamp: anInstant,
            SenderId: 'AROA:Sender',
            SequenceNumber: sequenceNumber,
            MessageGroupId: 'room',
            MessageDeduplicationId: 'd',
          },
          messageAttributes: {
            kind: {
              dataType: 'String',
              stringValue: 'k',
              stringListValues: [],
              binaryListValues: [],
            },
            raw: {
              dataType: 'Binary',
              binaryValue: 'AQI=',
              stringListValues: [],
              binaryListValues: [],
            },
          },
          md5OfMessageAttributes: aDigest,
          md5OfBody: '082c26c8a6bc75226a31da5495cc9292',
          eventSource: 'aws:sqs',
          eventSourceARN: queue('jobs.fifo').arn,
          awsRegion: 'eu-west-1',
        },
      ],
    });
  });
});

describe('a poller', () => {
  it.each(RIGHTS)(
    'delivers nothing, and says so, if the role of the function lacks %s',
    async (lacking) => {
      const rights = RIGHTS.filter((right) => right !== lacking);
      const { source, calls, log } = start('jobs', {}, [allow(rights, queue('jobs').arn)]);
      send(source, 'a');
      await settled();
      expect(calls).toEqual([]);
      expect(log).toEqual([expect.stringContaining(`lacks ${lacking}`)]);
    },
  );

  it('delivers nothing while its mapping is disabled', async () => {
    const { source, calls } = start('jobs', { enabled: false });
    send(source, 'a');
    await settled();
    expect(calls).toEqual([]);
  });

  it('waits on stop for the batch in hand, and takes no further one', async () => {
    const { source, call, calls, poller } = start('jobs', { batchSize: 1, maximumConcurrency: 1 });
    send(source, '1');
    const first = await call(0);
    send(source, '2');
    let stopped = false;
    const stopping = poller.stop().then(() => {
      stopped = true;
      return stopped;
    });
    await settled();
    expect(stopped).toBe(false);
    first.answer(done);
    await stopping;
    expect(calls).toHaveLength(1);
    expect(source.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  });

  it('asks an empty queue once in 20 seconds a receiver, and is billed for it', async () => {
    const { clock, billed } = start('jobs', { maximumConcurrency: 2 });
    await settled();
    expect(billed()).toBe(0);
    clock.wind(20 * SECOND);
    await settled();
    expect(billed()).toBe(2);
  });

  it('goes on after a batch that outlived its visibility time', async () => {
    const { source, call, clock, log } = start('jobs.fifo', { maximumConcurrency: 1 });
    send(source, 'slow');
    const first = await call(0);
    clock.wind(30 * SECOND);
    first.answer(done);
    expect((await call(1)).bodies).toEqual(['slow']);
    expect(log).toEqual([expect.stringContaining('could not be deleted')]);
  });
});
