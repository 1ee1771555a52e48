import type { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';

/** What the watchdog prints to its output, and the database to its errors once it listens. In either order, and in pieces. */
const PID = /^pid (\d+)\n/m;
const READY = /listening on/i;
const START_MILLISECONDS = 20_000;

/** Resolves with the database's process id once it listens, or with what it said instead. */
export async function databaseReady(
  watchdog: EventEmitter & { readonly stdout: Readable | null; readonly stderr: Readable | null },
): Promise<{ readonly pid: number } | { readonly reason: string }> {
  return new Promise((resolve) => {
    let output = '';
    let errors = '';
    const look = (): void => {
      const pid = PID.exec(output)?.[1];
      if (pid !== undefined && READY.test(errors)) end({ pid: Number(pid) });
    };
    const end = (outcome: { readonly pid: number } | { readonly reason: string }): void => {
      clearTimeout(timer);
      watchdog.stdout?.removeAllListeners('data').resume();
      watchdog.stderr?.removeAllListeners('data').resume();
      resolve(outcome);
    };
    const timer = setTimeout(() => {
      end({
        reason: errors.trim() || `it did not listen within ${START_MILLISECONDS / 1000} seconds`,
      });
    }, START_MILLISECONDS);
    watchdog.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      look();
    });
    watchdog.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
      look();
    });
    watchdog.once('error', (error: Error) => end({ reason: error.message }));
    watchdog.once('close', (code: number | null) =>
      end({ reason: errors.trim() || `it ended with code ${code}` }),
    );
  });
}
