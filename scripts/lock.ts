/**
 * `npm run lock`: brings package-lock.json up to package.json, with an entry for every platform of every
 * native package, whatever the registry in use serves. npm leaves out what it cannot get, and later never
 * looks for it again, so that `npm ci` on another platform would lack its binary.
 *
 * `npm run lock -- --anew` asks the registry again for those that have no integrity yet.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  completeEntries,
  missingEntries,
  unprovenEntries,
  withoutUnproven,
  type LockEntries,
} from './platform-entries.ts';

const LOCK_FILE = 'package-lock.json';

if (process.argv.includes('--anew')) {
  const lock = read();
  write({ ...lock, packages: withoutUnproven(lock.packages) });
}

const npm = spawnSync('npm', ['install', '--package-lock-only', '--ignore-scripts'], {
  stdio: 'inherit',
  // npm is a script of its own there, which only a shell can start.
  shell: process.platform === 'win32',
});
if (npm.status === 0) {
  complete();
} else {
  console.error('unable to lock; `npm install --package-lock-only` failed, as it says above');
  process.exitCode = 1;
}

function complete(): void {
  const lock = read();
  const missing = missingEntries(lock.packages);
  const packages = completeEntries(lock.packages);
  write({ ...lock, packages });
  const unproven = unprovenEntries(packages);
  console.log(`lock: ${missing.length} platform entries added`);
  if (unproven.length > 0) {
    console.log(
      `lock: ${unproven.length} have no integrity, since no registry has served them yet; ` +
        '`npm run lock -- --anew` asks again',
    );
  }
}

interface LockFile {
  readonly packages: LockEntries;
}

function read(): LockFile {
  return JSON.parse(readFileSync(LOCK_FILE, 'utf8')) as LockFile;
}

function write(lock: LockFile): void {
  writeFileSync(LOCK_FILE, `${JSON.stringify(lock, undefined, 2)}\n`);
}
