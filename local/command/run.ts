import { mkdir } from 'node:fs/promises';
import { FrontDoor } from '../front-door.ts';
import { UserError } from '../user-error.ts';
import { Follower } from './follower.ts';
import { forgetData } from './forget-data.ts';
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
    if (options.fresh) await forget(options.dataDirectory);
    await makeFolder(options.dataDirectory);
    // The first start bundles every function, with nothing in the caches.
    if (options.assembly === undefined) console.log('Synthesizing the app …');
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

async function forget(directory: string): Promise<void> {
  const left = await forgetData(directory);
  if (left.length > 0)
    console.warn(`Left alone in ${directory}, since no run has made it: ${left.join(', ')}`);
}

async function makeFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file is in its way' : String(code);
    throw new UserError(`the data folder ${directory} cannot be made (${why}); choose another`, {
      cause: error,
    });
  }
}
