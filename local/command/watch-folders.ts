import { existsSync, readdirSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { Running } from './running.ts';

/** An editor writes a file in several steps, and a checkout many files. */
const SETTLE_MILLISECONDS = 150;
/**
 * Where the system itself watches a whole tree. Elsewhere Node watches every file by itself, and loses one that an
 * editor replaces (https://github.com/nodejs/node/blob/v20.19.0/lib/internal/fs/recursive_watch.js).
 */
const WATCHES_TREES = ['darwin', 'win32'].includes(process.platform);

/**
 * Calls `changed` when something in one of these folders has changed: once for changes that come together, and one
 * call after the other. Folders that are not there are left out. `stop` waits for a call that runs.
 */
export function watchFolders(folders: readonly string[], changed: () => Promise<void>): Running {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const roots = folders.filter((folder) => existsSync(folder));
  let watchers = watchAll();

  function watchAll(): readonly FSWatcher[] {
    return roots.flatMap((root) => watchTree(root, hasChanged));
  }

  function hasChanged(): void {
    clearTimeout(timer);
    timer = setTimeout(settled, SETTLE_MILLISECONDS);
  }

  function settled(): void {
    if (!WATCHES_TREES) {
      // Folders may have come and gone. Before `changed` reads, and before the old ones close: nothing gets lost.
      const before = watchers;
      watchers = watchAll();
      for (const watcher of before) watcher.close();
    }
    running = running.then(changed);
  }

  return {
    stop: async () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      await running;
    },
  };
}

/** Watches a folder and all below it; less what goes away meanwhile, which is a change of its own. */
function watchTree(folder: string, hasChanged: () => void): readonly FSWatcher[] {
  const watchers: FSWatcher[] = [];
  try {
    // Before it is read, so that no folder comes unnoticed in between.
    watchers.push(watch(folder, { recursive: WATCHES_TREES }, hasChanged));
    if (WATCHES_TREES) return watchers;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) watchers.push(...watchTree(join(folder, entry.name), hasChanged));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return watchers;
}
