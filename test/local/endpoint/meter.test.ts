import { createMeter } from '../../../local/endpoint/meter.ts';

const KB = 1024;

describe('the meter', () => {
  it('counts a request to a queue for every 64 KB begun, one at least', () => {
    const meter = createMeter();
    for (const bytes of [0, 1, 64 * KB, 64 * KB + 1, 256 * KB]) meter.queueRequest('q', bytes);
    expect(meter.snapshot().sqs).toEqual({ requests: 1 + 1 + 1 + 2 + 4, queues: { q: 9 } });
  });

  it('counts a post for every 32 KB begun', () => {
    const meter = createMeter();
    for (const bytes of [1, 32 * KB, 32 * KB + 1, 128 * KB]) meter.post(bytes);
    expect(meter.snapshot().connections).toEqual({ messages: 1 + 1 + 2 + 4 });
  });

  it('adds up capacity by table and by caller', () => {
    const meter = createMeter();
    meter.capacity('A', 'reader', { readUnits: 0.5 });
    meter.capacity('A', 'writer', { writeUnits: 2 });
    meter.capacity('B', 'reader', { readUnits: 1 });
    expect(meter.snapshot().dynamodb).toEqual({
      readUnits: 1.5,
      writeUnits: 2,
      tables: { A: { readUnits: 0.5, writeUnits: 2 }, B: { readUnits: 1, writeUnits: 0 } },
      callers: {
        reader: { readUnits: 1.5, writeUnits: 0 },
        writer: { readUnits: 0, writeUnits: 2 },
      },
    });
  });

  it('gives a snapshot that later calls do not change, and begins anew after a reset', () => {
    const meter = createMeter();
    meter.call('sqs', 'SendMessage');
    const before = meter.snapshot();
    meter.call('sqs', 'SendMessage');
    expect(before.calls).toEqual({ sqs: { SendMessage: 1 } });
    meter.reset();
    expect(meter.snapshot()).toEqual(createMeter().snapshot());
  });
});
