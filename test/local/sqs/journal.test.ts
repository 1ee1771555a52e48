import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindableClock } from '../../../local/clock.ts';
import { Queues } from '../../../local/sqs/queues.ts';
import type { Queue } from '../../../local/sqs/queue.ts';
import { queue, resourcesOf } from '../../support/resources.ts';

const clock = new WindableClock();
let dataDirectory: string;

beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'queues-'));
});
afterEach(() => rmSync(dataDirectory, { recursive: true }));

/** Queues of a run that nobody ends in order: the next one opens the same folder beside it. */
function open(): { readonly jobs: Queue; readonly ordered: Queue } {
  const dead = queue('dead');
  const redrive = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
  const queues = new Queues({
    resources: resourcesOf({
      queues: [queue('jobs', { RedrivePolicy: redrive }), queue('ordered.fifo'), dead],
    }),
    clock,
    dataDirectory,
  });
  return { jobs: named(queues, 'jobs'), ordered: named(queues, 'ordered.fifo') };
}

function named(queues: Queues, name: string): Queue {
  return queues.byUrl(`http://x/${name}`);
}

const receive = async (from: Queue): Promise<string[]> =>
  (await from.receive({ maximum: 10, waitMilliseconds: 0 })).map(({ message }) => message.body);
const send = (to: Queue, body: string, deduplicationId = body): string =>
  to.send({ body, senderId: 'me', groupId: 'g', deduplicationId }).messageId;

describe('queues with a data folder', () => {
  it('have after a kill what was sent and not deleted, what was in flight included, in order', async () => {
    const { ordered } = open();
    for (const body of ['1', '2', '3', '4']) send(ordered, body);
    const [first] = await ordered.receive({ maximum: 2, waitMilliseconds: 0 });
    ordered.delete(first?.receiptHandle ?? '');
    expect(await receive(open().ordered)).toEqual(['2', '3', '4']);
  });

  it('keep a message delayed that was delayed', async () => {
    open().jobs.send({ body: 'later', senderId: 'me', delayMilliseconds: 60_000 });
    const { jobs } = open();
    expect(jobs.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    clock.wind(60_000);
    expect(await receive(jobs)).toEqual(['later']);
  });

  it('remember deduplication ids, of deleted messages too', async () => {
    const { ordered } = open();
    const messageId = send(ordered, 'a', 'same');
    const [received] = await ordered.receive({ maximum: 1, waitMilliseconds: 0 });
    ordered.delete(received?.receiptHandle ?? '');
    open();
    const { ordered: third } = open();
    expect(send(third, 'b', 'same')).toBe(messageId);
    expect(await receive(third)).toEqual([]);
  });

  it('number on where they were', async () => {
    const before = open().ordered.send({
      body: 'a',
      senderId: '',
      groupId: 'g',
      deduplicationId: '1',
    });
    const after = open().ordered.send({
      body: 'b',
      senderId: '',
      groupId: 'g',
      deduplicationId: '2',
    });
    expect((after.sequenceNumber ?? '') > (before.sequenceNumber ?? '')).toBe(true);
  });

  it('keep what was moved to a dead-letter queue there, and only there', async () => {
    const { jobs } = open();
    jobs.send({ body: 'poison', senderId: 'me' });
    await receive(jobs);
    clock.wind(30_000);
    await receive(jobs);
    const queues = new Queues({
      resources: resourcesOf({ queues: [queue('jobs'), queue('dead')] }),
      clock,
      dataDirectory,
    });
    expect(await receive(named(queues, 'jobs'))).toEqual([]);
    expect(await receive(named(queues, 'dead'))).toEqual(['poison']);
  });

  it('leave out a line that a kill cut short', async () => {
    open().jobs.send({ body: 'whole', senderId: 'me' });
    appendFileSync(join(dataDirectory, 'queues.jsonl'), '{"kind":"sent","queue":"jobs","mess');
    const { jobs } = open();
    jobs.send({ body: 'next', senderId: 'me' });
    expect(await receive(open().jobs)).toEqual(['whole', 'next']);
  });

  it('drop from the file what is gone, at the next start', async () => {
    const { jobs } = open();
    for (let n = 0; n < 100; n += 1) jobs.send({ body: `message ${n}`, senderId: 'me' });
    jobs.purge();
    open();
    expect(readFileSync(join(dataDirectory, 'queues.jsonl'), 'utf8')).toBe('');
  });
});
