import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TableResource } from '../../../local/assembly/resources.ts';
import { WindableClock } from '../../../local/clock.ts';
import { callDatabase } from '../../../local/dynamodb/call.ts';
import type { CallDatabase } from '../../../local/dynamodb/call.ts';
import { startDatabase } from '../../../local/dynamodb/database.ts';
import type { Database } from '../../../local/dynamodb/database.ts';
import { isAlive } from '../../support/is-alive.ts';
import { table } from '../../support/resources.ts';
import { Started } from '../../support/started.ts';
import { until } from '../../support/until.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const things = table('Things', { ttlAttribute: 'expiresAt' });

let clock: WindableClock;
const started = new Started();
let database: Database;
let dataDirectory: string;
let log: string[];

beforeEach(() => {
  clock = new WindableClock();
  dataDirectory = mkdtempSync(join(tmpdir(), 'tables-'));
  log = [];
});
afterEach(async () => {
  await started.stop();
  rmSync(dataDirectory, { recursive: true });
});

async function start(
  tables: readonly TableResource[] = [things],
  inFolder = false,
): Promise<CallDatabase> {
  await started.stop();
  database = await started.add(
    startDatabase({
      tables,
      clock,
      log: (line) => log.push(line),
      ...(inFolder ? { dataDirectory } : {}),
    }),
  );
  return callDatabase(database.send);
}

async function put(call: CallDatabase, sk: string, expiresAt?: object): Promise<void> {
  await call('PutItem', {
    TableName: 'Things',
    Item: { pk: { S: 'p' }, sk: { S: sk }, ...(expiresAt === undefined ? {} : { expiresAt }) },
  });
}

async function stored(call: CallDatabase): Promise<unknown[]> {
  const { Items } = await call('Scan', { TableName: 'Things' });
  return (Items as readonly { readonly sk: { readonly S: string } }[]).map(({ sk }) => sk.S);
}

/** In seconds, as TTL wants it. */
function inMilliseconds(milliseconds: number): object {
  return { N: String(Math.floor((clock.now() + milliseconds) / 1000)) };
}

describe('the tables', () => {
  it('are there, with key, and with TTL where the template has it', async () => {
    const call = await start([things, table('Others')]);
    expect(await call('DescribeTable', { TableName: 'Others' })).toMatchObject({
      Table: {
        TableStatus: 'ACTIVE',
        KeySchema: [{ AttributeName: 'pk' }, { AttributeName: 'sk' }],
      },
    });
    expect(await call('DescribeTimeToLive', { TableName: 'Things' })).toMatchObject({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' },
    });
  });

  it('keep what they hold from one run to the next, in a data folder', async () => {
    await put(await start([things], true), 'kept');
    expect(await stored(await start([things, table('Added')], true))).toEqual(['kept']);
  });

  it('are empty in every run without one', async () => {
    await put(await start(), 'gone');
    expect(await stored(await start())).toEqual([]);
  });

  it('are refused in a sentence if their key is another one than in the earlier run', async () => {
    await start([things], true);
    const changed = table('Things', {
      createTable: {
        ...things.createTable,
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      },
    });
    await expect(start([changed], true)).rejects.toThrow(
      'The table Things of an earlier run has other keys or indexes than the template; start with --fresh',
    );
  });
});

describe('the TTL sweeper', () => {
  it('deletes what has been expired for ten minutes, and nothing else', async () => {
    const call = await start();
    await put(call, 'expired long ago', inMilliseconds(-11 * MINUTE));
    await put(call, 'expired just now', inMilliseconds(-9 * MINUTE));
    await put(call, 'to come', inMilliseconds(MINUTE));
    await put(call, 'none');
    await put(call, 'text', { S: '1' });
    await put(call, 'milliseconds by mistake (F-47)', { N: String(clock.now()) });
    await put(call, 'more than five years ago', inMilliseconds(-6 * 365 * DAY));
    await database.sweep();
    expect(await stored(call)).toEqual([
      'expired just now',
      'milliseconds by mistake (F-47)',
      'more than five years ago',
      'none',
      'text',
      'to come',
    ]);
  });

  it('sweeps by itself, again and again, as the clock goes on', async () => {
    const call = await start();
    for (const sk of ['first', 'second']) {
      await put(call, sk, inMilliseconds(5 * MINUTE));
      clock.wind(14 * MINUTE);
      expect(await stored(call)).toEqual([sk]);
      await until(async () => {
        clock.wind(MINUTE);
        return (await stored(call)).length === 0;
      });
    }
    expect(log).toEqual([]);
  });
});

describe('the process', () => {
  it('ends with stop', async () => {
    await start();
    const { pid } = database;
    expect(isAlive(pid)).toBe(true);
    await started.stop();
    await until(() => !isAlive(pid));
    expect(isAlive(pid)).toBe(false);
  });

  it('that ends by itself is told of', async () => {
    await start();
    process.kill(database.pid, 'SIGKILL');
    await until(() => log.length > 0);
    expect(log).toEqual(['The local database ended by itself; start again.']);
  });
});
