import { existsSync, watch } from 'node:fs';
import type { Running } from './running.ts';

/** An editor writes a file in several steps, and a checkout many files. */
const SETTLE_MILLISECONDS = 150;

/**
 * Calls `changed` when something in one of these folders has changed: once for changes that come together, and one
 * call after the other. Folders that are not there are left out. `stop` waits for a call that runs.
 */
export function watchFolders(folders: readonly string[], changed: () => Promise<void>): Running {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const watchers = folders
    .filter((folder) => existsSync(folder))
    .map((folder) =>
      watch(folder, { recursive: true }, () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          running = running.then(changed);
        }, SETTLE_MILLISECONDS);
      }),
    );
  return {
    stop: async () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      await running;
    },
  };
}
