import type { TableResource } from '../assembly/resources.ts';
import type { Clock } from '../clock.ts';
import { DatabaseError } from './call.ts';
import type { CallDatabase } from './call.ts';

/** AWS deletes "within a few days". Early enough to keep a laptop tidy, late enough to be felt by who relies on it. */
const LATE_SECONDS = 10 * 60;
/** AWS leaves alone what expired more than five years ago: most likely not a time in seconds. */
const OLDEST_SECONDS = 5 * 365 * 24 * 60 * 60;
const SWEEP_EVERY_MILLISECONDS = 60_000;

interface ScanPage {
  readonly Items?: readonly Readonly<Record<string, unknown>>[];
  readonly LastEvaluatedKey?: unknown;
}

/**
 * Deletes expired items, as DynamoDB's TTL does and the local database does not: never less than ten minutes
 * late, so that code which takes TTL for a decision fails here as on AWS. Free of charge, hence unmetered.
 */
export function startTtlSweeper(options: {
  readonly call: CallDatabase;
  readonly tables: readonly TableResource[];
  readonly clock: Clock;
  readonly log: (line: string) => void;
}): { readonly sweep: () => Promise<void>; readonly stop: () => Promise<void> } {
  const { call, clock, log } = options;
  const tables = options.tables.flatMap(({ name, ttlAttribute, createTable }) =>
    ttlAttribute === undefined ? [] : [{ name, ttlAttribute, keys: keyNames(createTable) }],
  );
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let cancel = schedule();

  function schedule(): () => void {
    if (tables.length === 0) return () => {};
    return clock.after(SWEEP_EVERY_MILLISECONDS, () => {
      void sweepAndGoOn();
    });
  }

  async function sweepAndGoOn(): Promise<void> {
    try {
      await sweep();
    } catch (error) {
      log(`The TTL sweep failed: ${String(error)}`);
    }
    if (!stopping.signal.aborted) cancel = schedule();
  }

  /** One sweep after the other. */
  async function sweep(): Promise<void> {
    const before = running;
    const sweeping = (async () => {
      await before;
      for (const table of tables) {
        if (!stopping.signal.aborted) await sweepTable(table);
      }
    })();
    running = sweeping.catch(() => {});
    await sweeping;
  }

  async function sweepTable(table: (typeof tables)[number]): Promise<void> {
    const limit = Math.floor(clock.now() / 1000) - LATE_SECONDS;
    const condition = {
      ExpressionAttributeNames: { '#ttl': table.ttlAttribute },
      ExpressionAttributeValues: {
        ':limit': { N: String(limit) },
        ':oldest': { N: String(limit - OLDEST_SECONDS) },
      },
    };
    const expired = '#ttl BETWEEN :oldest AND :limit';
    let from: unknown;
    do {
      const page = (await call('Scan', {
        TableName: table.name,
        FilterExpression: expired,
        ...condition,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      })) as ScanPage;
      for (const item of page.Items ?? []) {
        // Once more the condition: it may have been renewed since it was read.
        await call('DeleteItem', {
          TableName: table.name,
          Key: Object.fromEntries(table.keys.map((name) => [name, item[name]])),
          ConditionExpression: expired,
          ...condition,
        }).catch((error: unknown) => {
          const renewed =
            error instanceof DatabaseError && error.code === 'ConditionalCheckFailedException';
          if (!renewed) throw error;
        });
      }
      from = page.LastEvaluatedKey;
    } while (from !== undefined && !stopping.signal.aborted);
  }

  return {
    sweep,
    stop: async () => {
      stopping.abort();
      cancel();
      await running;
    },
  };
}

function keyNames(createTable: Readonly<Record<string, unknown>>): string[] {
  const schema = createTable['KeySchema'] as readonly { readonly AttributeName: string }[];
  return schema.map((key) => key.AttributeName);
}
