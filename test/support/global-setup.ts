import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What systems call the folder for what is temporary. */
const NAMES = ['TMPDIR', 'TEMP', 'TMP'];

/** Before all tests: what they and their processes put into the temporary folder goes into one of its own. */
export default function setUp(): void {
  const folder = mkdtempSync(join(tmpdir(), 'parley-tests-'));
  for (const name of [...NAMES, 'PARLEY_TESTS']) process.env[name] = folder;
}
