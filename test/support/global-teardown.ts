import { rmSync } from 'node:fs';

/** After all tests: a run leaves nothing behind. */
export default function tearDown(): void {
  const folder = process.env['PARLEY_TESTS'];
  // A process that has just been killed may still be writing.
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
