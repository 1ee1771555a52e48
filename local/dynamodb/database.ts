import type { TableResource } from '../assembly/resources.ts';
import type { Clock } from '../clock.ts';
import { connectToDatabase } from './connection.ts';
import type { SendToDatabase } from './connection.ts';
import { startProcess } from './process.ts';
import { callDatabase } from './call.ts';
import { createTables } from './tables.ts';
import { startTtlSweeper } from './ttl-sweeper.ts';

export interface Database {
  readonly port: number;
  readonly pid: number;
  readonly send: SendToDatabase;
  /** Deletes what has been expired for long enough, now. The sweeper does so by itself every minute. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the database with the template's tables: `dynoxide`, a process of its own that ends with this one
 * however this one ends.
 *
 * Rejects with one sentence if there is no binary for this platform, if it does not start, or if a table of an
 * earlier run has another key than the template's.
 */
export async function startDatabase(options: {
  readonly tables: readonly TableResource[];
  readonly clock: Clock;
  /** Where the tables survive a restart. In memory if absent. */
  readonly dataDirectory?: string;
  readonly log?: (line: string) => void;
}): Promise<Database> {
  const { tables, clock, dataDirectory, log = () => {} } = options;
  const process = await startProcess({
    log,
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
  });
  const connection = connectToDatabase(process.port);
  const call = callDatabase(connection.send);
  try {
    await createTables(call, tables);
  } catch (error) {
    connection.close();
    await process.stop();
    throw error;
  }
  const sweeper = startTtlSweeper({ call, tables, clock, log });
  return {
    port: process.port,
    pid: process.pid,
    send: connection.send,
    sweep: sweeper.sweep,
    stop: async () => {
      await sweeper.stop();
      connection.close();
      await process.stop();
    },
  };
}
