import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endLeftover } from '../dynamodb/leftover.ts';
import { FrontDoor } from '../front-door.ts';
import { Follower } from './follower.ts';
import { greeting } from './greeting.ts';
import { issuerListener } from './issuer-listener.ts';
import type { Options } from './options.ts';
import type { Running } from './running.ts';
import { watchFolders } from './watch-folders.ts';

/** What the app is made of, as far as it is there. */
const SOURCES = ['lambdas', 'protocol', 'lib', 'bin'];

/**
 * `npm start`: synthesizes the app of this folder (or takes an assembly), runs it, and follows its changes.
 * Rejects with a `UserError` for what a person can mend; nothing is left running then.
 */
export async function run(options: Options): Promise<Running> {
  const startedAt = Date.now();
  // Undone in reverse, whether the start fails or all of it is stopped.
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    // First of all, so that a port that is taken is told at once and nothing is touched.
    const door = await FrontDoor.open(options.port);
    undo.push(() => door.close());
    if (options.fresh) await forgetData(options.dataDirectory);
    await mkdir(options.dataDirectory, { recursive: true });
    const request = await issuerListener(options);
    const follower = new Follower(options, door, request);
    undo.push(() => follower.stop());
    // Before anything is read, so that no change is missed; it is taken over once everything runs.
    const folders = options.assembly === undefined ? SOURCES : [options.assembly];
    const watching = watchFolders(folders, () => follower.takeOver());
    undo.push(() => watching.stop());
    const cloud = await follower.start();
    console.log(greeting(options, cloud, Date.now() - startedAt));
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Refuses if another run, on another port, uses what is there. */
async function forgetData(directory: string): Promise<void> {
  const entries = await readdir(directory).catch(() => []);
  for (const entry of entries) await endLeftover(join(directory, entry), console.warn);
  await rm(directory, { recursive: true, force: true });
}
