import type { ServiceName } from './service.ts';

/** What AWS would bill, since the start or the last `reset`. */
export interface MeterReading {
  /** Calls that were carried out, by service and operation. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Capacity units by table (indexes included), by caller (a function's name, or `root`), and the whole. */
  readonly dynamodb: {
    readonly readUnits: number;
    readonly writeUnits: number;
    readonly tables: Readonly<Record<string, Units>>;
    readonly callers: Readonly<Record<string, Units>>;
  };
  /** Requests of 64 KB begun, by queue. Long polls that found nothing count too, as on the bill. */
  readonly sqs: {
    readonly requests: number;
    readonly queues: Readonly<Record<string, number>>;
  };
  /** Messages of 32 KB begun that were posted to connections. `GET` and `DELETE` are not billed as messages. */
  readonly connections: { readonly messages: number };
}

export interface Units {
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface Meter {
  call(service: ServiceName, operation: string): void;
  capacity(table: string, caller: string, units: Partial<Units>): void;
  /** One request to a queue with so many bytes of payload. */
  queueRequest(queue: string, bytes: number): void;
  /** One post to a connection. */
  post(bytes: number): void;
  snapshot(): MeterReading;
  reset(): void;
}

/** SQS: "every 64 KB chunk of a payload is billed as 1 request". API Gateway: messages are metered in 32 KB. */
const QUEUE_CHUNK_BYTES = 64 * 1024;
const FRAME_CHUNK_BYTES = 32 * 1024;

export function createMeter(): Meter {
  let calls = new Map<string, Map<string, number>>();
  let tables = new Map<string, Units>();
  let callers = new Map<string, Units>();
  let queues = new Map<string, number>();
  let messages = 0;

  return {
    call: (service, operation) => {
      const counts = calls.get(service) ?? new Map<string, number>();
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      calls.set(service, counts);
    },
    capacity: (table, caller, units) => {
      add(tables, table, units);
      add(callers, caller, units);
    },
    queueRequest: (queue, bytes) => {
      queues.set(queue, (queues.get(queue) ?? 0) + chunks(bytes, QUEUE_CHUNK_BYTES));
    },
    post: (bytes) => {
      messages += chunks(bytes, FRAME_CHUNK_BYTES);
    },
    snapshot: () => ({
      calls: Object.fromEntries(
        [...calls].map(([service, counts]) => [service, Object.fromEntries(counts)]),
      ),
      dynamodb: {
        readUnits: sum([...tables.values()].map((units) => units.readUnits)),
        writeUnits: sum([...tables.values()].map((units) => units.writeUnits)),
        tables: Object.fromEntries(tables),
        callers: Object.fromEntries(callers),
      },
      sqs: { requests: sum([...queues.values()]), queues: Object.fromEntries(queues) },
      connections: { messages },
    }),
    reset: () => {
      calls = new Map();
      tables = new Map();
      callers = new Map();
      queues = new Map();
      messages = 0;
    },
  };
}

function add(
  sums: Map<string, Units>,
  name: string,
  { readUnits = 0, writeUnits = 0 }: Partial<Units>,
): void {
  const before = sums.get(name) ?? { readUnits: 0, writeUnits: 0 };
  sums.set(name, {
    readUnits: before.readUnits + readUnits,
    writeUnits: before.writeUnits + writeUnits,
  });
}

function chunks(bytes: number, size: number): number {
  return Math.max(1, Math.ceil(bytes / size));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
