import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { UserError } from '../user-error.ts';

/** Who holds a data folder: written while the database runs, removed when it was ended in order. */
interface Holder {
  readonly runner: number;
  readonly database: number;
}

const PID_FILE = 'database.json';
/** How long the watchdog of a run that was just killed gets to do its work. */
const GRACE_MILLISECONDS = 2_000;
const run = promisify(execFile);

/**
 * Ends the database that an earlier run left behind on this data folder, if any: two on one file would corrupt
 * each other's view of it. It is recognised by its process id and its command line, never by the id alone.
 * Rejects with a sentence if the run that holds the folder is still alive.
 */
export async function endLeftover(directory: string, log: (line: string) => void): Promise<void> {
  const holder = await readHolder(directory);
  if (holder === undefined) return;
  const deadline = Date.now() + GRACE_MILLISECONDS;
  while (await isDatabase(holder.database)) {
    if (Date.now() > deadline) {
      if (holder.runner !== process.pid && isAlive(holder.runner)) {
        throw new UserError(
          `${directory} is in use by another run (process ${holder.runner}); end it, or choose another data folder.`,
        );
      }
      log(`Ended a database that an earlier run had left behind (process ${holder.database}).`);
      process.kill(holder.database, 'SIGKILL');
    }
    await sleep(20);
  }
  await forgetProcess(directory);
}

export async function rememberProcess(directory: string, database: number): Promise<void> {
  const holder: Holder = { runner: process.pid, database };
  await writeFile(join(directory, PID_FILE), JSON.stringify(holder));
}

export async function forgetProcess(directory: string): Promise<void> {
  await rm(join(directory, PID_FILE), { force: true });
}

async function readHolder(directory: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, PID_FILE), 'utf8')) as Holder;
  } catch {
    // None, or one that was cut short: nothing to go by.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function isDatabase(pid: number): Promise<boolean> {
  return isAlive(pid) && (await commandOf(pid)).includes('dynoxide');
}

/** The command line of a process, or its program's name; empty if there is none. */
async function commandOf(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') return await readFile(`/proc/${pid}/cmdline`, 'utf8');
    const { stdout } =
      process.platform === 'win32'
        ? await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'])
        : await run('ps', ['-p', String(pid), '-o', 'command=']);
    return stdout;
  } catch {
    return '';
  }
}
