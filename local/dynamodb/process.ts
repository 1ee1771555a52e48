import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';
import { databaseBinary } from './binary.ts';
import { databaseReady } from './database-ready.ts';
import { endLeftover, forgetProcess, rememberProcess } from './leftover.ts';
import { watchdogArguments } from './watchdog.ts';

export interface DatabaseProcess {
  readonly port: number;
  /** Of the database itself, not of its watchdog. */
  readonly pid: number;
  stop(): Promise<void>;
}

const DATABASE_FILE = 'tables.db';
/** A port that was free a moment ago may be taken by then. */
const ATTEMPTS = 5;

/**
 * Starts the database under a watchdog that ends it when this process ends, and waits until it listens.
 * The port can't be left to the database: it does not say which one it got.
 */
export async function startProcess(options: {
  readonly dataDirectory?: string;
  readonly log: (line: string) => void;
}): Promise<DatabaseProcess> {
  const { dataDirectory, log } = options;
  const binary = databaseBinary();
  if (dataDirectory !== undefined) await endLeftover(dataDirectory, log);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const args = ['serve', '--host', '127.0.0.1', '--port', String(port)];
    if (dataDirectory !== undefined) args.push('--db-path', join(dataDirectory, DATABASE_FILE));
    const watchdog = spawn(process.execPath, watchdogArguments(binary, args), {
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own, so that Ctrl-C in a terminal reaches only the runner, which ends things in order.
      detached: process.platform !== 'win32',
      windowsHide: true,
      // Nothing of a caller's NODE_OPTIONS (loaders, inspectors) is meant for the watchdog.
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const outcome = await databaseReady(watchdog);
    if ('pid' in outcome) {
      const { pid } = outcome;
      if (dataDirectory !== undefined) await rememberProcess(dataDirectory, pid);
      const diedAlone = (): void => log('The local database ended by itself; start again.');
      watchdog.once('exit', diedAlone);
      return {
        port,
        pid,
        stop: async () => {
          watchdog.off('exit', diedAlone);
          await stop(watchdog, dataDirectory);
        },
      };
    }
    await stop(watchdog, undefined);
    if (!/in use/i.test(outcome.reason) || attempt === ATTEMPTS) {
      throw new UserError(`The local database did not start: ${outcome.reason}`);
    }
  }
}

async function stop(watchdog: ChildProcess, dataDirectory: string | undefined): Promise<void> {
  if (watchdog.pid !== undefined && watchdog.exitCode === null && watchdog.signalCode === null) {
    const ended = new Promise((resolve) => {
      watchdog.once('exit', resolve);
    });
    watchdog.stdin?.destroy();
    await ended;
  }
  if (dataDirectory !== undefined) await forgetProcess(dataDirectory);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => {
    probe.close(resolve);
  });
  return port;
}
