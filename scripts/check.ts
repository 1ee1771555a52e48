/** Everything that is not a test: format, lint, types. The import table is a test of its own. */
import { spawnSync } from 'node:child_process';

const steps: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['lint', 'oxlint', ['--type-aware', '--deny-warnings']],
  ['types', 'tsc', ['--noEmit']],
];

const failed = steps.filter(([name, command, args]) => {
  console.log(`check: ${name}`);
  return spawnSync('npx', ['--no-install', command, ...args], { stdio: 'inherit' }).status !== 0;
});

if (failed.length > 0) {
  console.error(`check failed: ${failed.map(([name]) => name).join(', ')}`);
  process.exitCode = 1;
}
