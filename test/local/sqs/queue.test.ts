import { WindableClock } from '../../../local/clock.ts';
import type { ReceivedMessage } from '../../../local/sqs/message.ts';
import { Queue } from '../../../local/sqs/queue.ts';
import type { SendInput } from '../../../local/sqs/queue.ts';
import { queue as resource } from '../../support/resources.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

let clock: WindableClock;

beforeEach(() => {
  clock = new WindableClock();
});

function create(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  others: readonly Queue[] = [],
): Queue {
  const { attributes: all, arn, url } = resource(name, attributes);
  return new Queue({
    identity: { name, arn, url },
    attributes: all,
    clock,
    observer: { sent: () => {}, removed: () => {} },
    deadLetterQueue: (target) => others.find((other) => other.identity.arn === target),
  });
}

function send(queue: Queue, body: string, more: Partial<SendInput> = {}): string {
  const fifo = queue.fifo ? { groupId: 'g', deduplicationId: body } : {};
  return queue.send({ body, senderId: 'me', ...fifo, ...more }).messageId;
}

async function receive(
  queue: Queue,
  maximum = 10,
  visibilityMilliseconds?: number,
): Promise<readonly ReceivedMessage[]> {
  return queue.receive({
    maximum,
    waitMilliseconds: 0,
    ...(visibilityMilliseconds === undefined ? {} : { visibilityMilliseconds }),
  });
}

function bodies(messages: readonly ReceivedMessage[]): string[] {
  return messages.map(({ message }) => message.body);
}

function redriveTo(target: Queue, maxReceiveCount: number): Readonly<Record<string, string>> {
  return {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: target.identity.arn, maxReceiveCount }),
  };
}

describe('a standard queue', () => {
  it('hides a received message for the visibility time, then gives it again with a higher count', async () => {
    const queue = create('q', { VisibilityTimeout: '30' });
    send(queue, 'a');
    const [first] = await receive(queue);
    expect(first?.receiveCount).toBe(1);
    clock.wind(29 * SECOND);
    expect(await receive(queue)).toEqual([]);
    clock.wind(1 * SECOND);
    const [second] = await receive(queue);
    expect(second).toMatchObject({ receiveCount: 2, firstReceivedAt: first?.firstReceivedAt });
    expect(second?.receiptHandle).not.toBe(first?.receiptHandle);
  });

  it('never gives a deleted message again', async () => {
    const queue = create('q');
    send(queue, 'a');
    const [received] = await receive(queue);
    queue.delete(received?.receiptHandle ?? '');
    clock.wind(MINUTE);
    expect(await receive(queue)).toEqual([]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('deletes by the latest handle after the visibility time, not by an older one', async () => {
    const queue = create('q', { VisibilityTimeout: '30' });
    send(queue, 'a');
    const [first] = await receive(queue);
    clock.wind(30 * SECOND);
    const [second] = await receive(queue);
    queue.delete(first?.receiptHandle ?? '');
    expect(queue.counts().inFlight).toBe(1);
    clock.wind(30 * SECOND);
    queue.delete(second?.receiptHandle ?? '');
    expect(queue.counts().visible).toBe(0);
  });

  it('delays a message by itself or by the setting of the queue', async () => {
    const queue = create('q', { DelaySeconds: '10' });
    send(queue, 'later');
    send(queue, 'now', { delayMilliseconds: 0 });
    send(queue, 'latest', { delayMilliseconds: 15 * MINUTE });
    expect(bodies(await receive(queue))).toEqual(['now']);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 2 });
    clock.wind(10 * SECOND);
    expect(bodies(await receive(queue))).toEqual(['later']);
    clock.wind(15 * MINUTE);
    expect(bodies(await receive(queue))).toContain('latest');
  });

  it('changes the visibility of a message in flight, to zero as well', async () => {
    const queue = create('q', { VisibilityTimeout: '30' });
    send(queue, 'a');
    const [first] = await receive(queue);
    queue.changeVisibility(first?.receiptHandle ?? '', 100 * SECOND);
    clock.wind(99 * SECOND);
    expect(await receive(queue)).toEqual([]);
    queue.changeVisibility(first?.receiptHandle ?? '', 0);
    const [second] = await receive(queue);
    expect(second?.receiveCount).toBe(2);
    expect(() => queue.changeVisibility(first?.receiptHandle ?? '', 5)).toThrow('not in flight');
  });

  it('gives up a message once it is older than the retention period', async () => {
    const queue = create('q', { MessageRetentionPeriod: '60' });
    send(queue, 'a');
    clock.wind(59 * SECOND);
    expect(queue.counts().visible).toBe(1);
    clock.wind(1 * SECOND);
    expect(await receive(queue)).toEqual([]);
    expect(queue.counts().visible).toBe(0);
  });

  it('refuses what is no receipt handle', () => {
    expect(() => create('q').delete('nonsense')).toThrow(
      'The input receipt handle "nonsense" is not a valid receipt handle.',
    );
  });

  it('forgets everything when purged, what is in flight included', async () => {
    const queue = create('q');
    send(queue, 'a');
    send(queue, 'b');
    await receive(queue, 1);
    queue.purge();
    clock.wind(MINUTE);
    expect(await receive(queue)).toEqual([]);
  });
});

describe('a long poll', () => {
  it('ends with the message that arrives', async () => {
    const queue = create('q');
    const polling = wait(queue);
    send(queue, 'a');
    expect(bodies(await polling)).toEqual(['a']);
  });

  it('ends with all that is sent at once', async () => {
    const queue = create('q.fifo');
    const polling = wait(queue);
    send(queue, 'a');
    send(queue, 'b');
    expect(bodies(await polling)).toEqual(['a', 'b']);
  });

  it('ends empty when its time is over', async () => {
    const polling = wait(create('q'));
    clock.wind(20 * SECOND);
    expect(await polling).toEqual([]);
  });

  it('ends with what becomes visible again, is no longer delayed, or was behind a deleted one', async () => {
    const queue = create('q.fifo', { VisibilityTimeout: '5' });
    send(queue, 'a');
    await receive(queue);
    const again = wait(queue);
    clock.wind(5 * SECOND);
    const [a] = await again;
    expect(a?.message.body).toBe('a');
    send(queue, 'b');
    const behind = wait(queue);
    queue.delete(a?.receiptHandle ?? '');
    expect(bodies(await behind)).toEqual(['b']);
    const standard = create('s', { DelaySeconds: '1' });
    send(standard, 'c');
    const delayed = wait(standard);
    clock.wind(1 * SECOND);
    expect(bodies(await delayed)).toEqual(['c']);
  });

  it('gives each message to one of many that wait, the longest waiting first', async () => {
    const queue = create('q');
    const first = wait(queue);
    const second = wait(queue);
    send(queue, 'a');
    expect(bodies(await first)).toEqual(['a']);
    send(queue, 'b');
    expect(bodies(await second)).toEqual(['b']);
  });

  it('takes nothing once it is given up', async () => {
    const queue = create('q');
    const controller = new AbortController();
    const polling = wait(queue, controller.signal);
    controller.abort();
    expect(await polling).toEqual([]);
    send(queue, 'a');
    expect(queue.counts().visible).toBe(1);
  });

  it('ends empty when the queue closes', async () => {
    const queue = create('q');
    const polling = wait(queue);
    queue.close();
    expect(await polling).toEqual([]);
  });
});

describe('a FIFO queue', () => {
  it('gives many messages of one group in one receive, in order', async () => {
    const queue = create('q.fifo');
    for (const body of ['1', '2', '3', '4']) send(queue, body);
    expect(bodies(await receive(queue, 3))).toEqual(['1', '2', '3']);
  });

  it('gives nothing more of a group while one of it is in flight, but goes on with others (F-32)', async () => {
    const queue = create('q.fifo');
    send(queue, '1');
    send(queue, '2');
    send(queue, 'other', { groupId: 'h' });
    const [one] = await receive(queue, 1);
    expect(bodies(await receive(queue))).toEqual(['other']);
    queue.delete(one?.receiptHandle ?? '');
    expect(bodies(await receive(queue))).toEqual(['2']);
  });

  it('gives a message that comes back its old place', async () => {
    const queue = create('q.fifo', { VisibilityTimeout: '30' });
    for (const body of ['1', '2', '3']) send(queue, body);
    const [one, two] = await receive(queue, 2);
    // The second comes back first, and still waits for the first.
    queue.changeVisibility(two?.receiptHandle ?? '', 0);
    expect(await receive(queue)).toEqual([]);
    queue.changeVisibility(one?.receiptHandle ?? '', 0);
    expect(bodies(await receive(queue))).toEqual(['1', '2', '3']);
  });

  it('keeps the rest of a batch back until the failed one is visible again', async () => {
    const queue = create('q.fifo', { VisibilityTimeout: '30' });
    for (const body of ['1', '2', '3']) send(queue, body);
    const [one] = await receive(queue);
    queue.delete(one?.receiptHandle ?? '');
    expect(await receive(queue)).toEqual([]);
    clock.wind(30 * SECOND);
    expect(bodies(await receive(queue))).toEqual(['2', '3']);
  });

  it('refuses to delete once the visibility time is over', async () => {
    const queue = create('q.fifo', { VisibilityTimeout: '30' });
    send(queue, '1');
    const [one] = await receive(queue);
    clock.wind(30 * SECOND);
    expect(() => queue.delete(one?.receiptHandle ?? '')).toThrow('The receipt handle has expired');
    expect(bodies(await receive(queue))).toEqual(['1']);
  });

  it('numbers messages upwards, in 20 digits', () => {
    const queue = create('q.fifo');
    const numbers = ['1', '2', '3'].map(
      (body) =>
        queue.send({ body, senderId: 'me', groupId: 'g', deduplicationId: body }).sequenceNumber ??
        '',
    );
    expect(numbers).toEqual(numbers.toSorted());
    expect(new Set(numbers).size).toBe(3);
    expect(numbers.every((number) => /^\d{20}$/.test(number))).toBe(true);
  });

  it('lets a busy group not starve another', async () => {
    const queue = create('q.fifo');
    for (let n = 0; n < 30; n += 1) send(queue, `busy ${n}`, { groupId: 'busy' });
    send(queue, 'quiet', { groupId: 'quiet' });
    for (const { receiptHandle } of await receive(queue)) queue.delete(receiptHandle);
    expect(bodies(await receive(queue))[0]).toBe('quiet');
  });
});

describe('deduplication', () => {
  it('answers an equal id with the first message for five minutes, though it was deleted (F-33)', async () => {
    const queue = create('q.fifo');
    const first = send(queue, 'a', { deduplicationId: 'same' });
    const [received] = await receive(queue);
    queue.delete(received?.receiptHandle ?? '');
    clock.wind(4.9 * MINUTE);
    expect(send(queue, 'b', { deduplicationId: 'same' })).toBe(first);
    expect(await receive(queue)).toEqual([]);
    clock.wind(0.2 * MINUTE);
    expect(send(queue, 'c', { deduplicationId: 'same' })).not.toBe(first);
    expect(bodies(await receive(queue))).toEqual(['c']);
  });

  it('compares within the whole queue, or within the group in high-throughput mode', () => {
    expect(isTakenTwice(create('q.fifo'), { groupId: 'other' })).toBe(false);
    const highThroughput = {
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    };
    expect(isTakenTwice(create('q.fifo', highThroughput), { groupId: 'other' })).toBe(true);
    expect(isTakenTwice(create('q.fifo', highThroughput))).toBe(false);
  });

  it('goes by the content if the queue says so, and asks for an id if not', () => {
    const content = { body: 'a', senderId: 'me', groupId: 'g' };
    const byContent = create('q.fifo', { ContentBasedDeduplication: 'true' });
    expect(byContent.send(content)).toEqual(byContent.send(content));
    expect(byContent.send({ ...content, body: 'b' })).not.toEqual(byContent.send(content));
    expect(() => create('q.fifo').send(content)).toThrow(
      'MessageDeduplicationId provided explicitly',
    );
  });
});

describe('redrive', () => {
  it('moves a message to the dead-letter queue when it would be received once too often', async () => {
    const dead = create('dead');
    const queue = create('q', { VisibilityTimeout: '1', ...redriveTo(dead, 2) }, [dead]);
    const messageId = send(queue, 'poison');
    for (let n = 0; n < 2; n += 1) {
      expect(await receive(queue)).toHaveLength(1);
      clock.wind(1 * SECOND);
    }
    expect(await receive(queue)).toEqual([]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(await receive(dead)).toMatchObject([
      { message: { messageId, body: 'poison', deadLetterSourceArn: queue.identity.arn } },
    ]);
  });

  it('lets the group go on behind the poison (F-32, F-34)', async () => {
    const dead = create('dead.fifo');
    const queue = create('q.fifo', { VisibilityTimeout: '1', ...redriveTo(dead, 1) }, [dead]);
    send(queue, 'poison');
    send(queue, 'good');
    await receive(queue, 1);
    clock.wind(1 * SECOND);
    expect(bodies(await receive(queue))).toEqual(['good']);
    expect(bodies(await receive(dead))).toEqual(['poison']);
  });

  it('wakes who waits on the dead-letter queue', async () => {
    const dead = create('dead');
    const queue = create('q', { VisibilityTimeout: '1', ...redriveTo(dead, 1) }, [dead]);
    const polling = dead.receive({ maximum: 1, waitMilliseconds: 20 * SECOND });
    send(queue, 'poison');
    await receive(queue);
    clock.wind(1 * SECOND);
    await receive(queue);
    expect(bodies(await polling)).toEqual(['poison']);
  });

  it('counts retention from the first send on a standard queue, anew on a FIFO queue (F-35)', async () => {
    for (const [suffix, left] of [
      ['', 0],
      ['.fifo', 1],
    ] as const) {
      const dead = create(`dead${suffix}`, { MessageRetentionPeriod: '100' });
      const queue = create(`q${suffix}`, { VisibilityTimeout: '60', ...redriveTo(dead, 1) }, [
        dead,
      ]);
      send(queue, 'poison');
      await receive(queue);
      clock.wind(60 * SECOND);
      await receive(queue);
      expect(dead.counts().visible).toBe(1);
      clock.wind(60 * SECOND);
      expect(dead.counts().visible).toBe(left);
    }
  });
});

async function wait(queue: Queue, signal?: AbortSignal): Promise<readonly ReceivedMessage[]> {
  return queue.receive({
    maximum: 10,
    waitMilliseconds: 20 * SECOND,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Sends the same deduplication id twice. Whether that made two messages. */
function isTakenTwice(queue: Queue, more: Partial<SendInput> = {}): boolean {
  const first = send(queue, 'a', { deduplicationId: 'same' });
  return first !== send(queue, 'b', { deduplicationId: 'same', ...more });
}
