import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Running } from '../../../local/command/running.ts';
import { watchFolders } from '../../../local/command/watch-folders.ts';
import { until } from '../../support/until.ts';

it('tells of changes at any depth, of many at once together, one call after the other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'test-watch-'));
  mkdirSync(join(folder, 'deep'));
  writeFileSync(join(folder, 'deep', 'a.ts'), '');
  let calls = 0;
  let running = 0;
  let mostAtOnce = 0;
  const watching = watchFolders([folder, join(folder, 'not-there')], async () => {
    calls += 1;
    running += 1;
    mostAtOnce = Math.max(mostAtOnce, running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running -= 1;
  });
  // Again and again, since on some systems it takes a moment until a folder is watched.
  await until(() => {
    appendFileSync(join(folder, 'deep', 'a.ts'), 'x');
    return new Promise((resolve) => setTimeout(() => resolve(calls > 0), 200));
  });
  const before = calls;
  for (let i = 0; i < 50; i += 1) writeFileSync(join(folder, 'deep', `${i}.ts`), '');
  await until(() => calls > before);

  await watching.stop();
  expect(running).toBe(0);
  expect(mostAtOnce).toBe(1);
  // One more may be on its way from before.
  expect(calls - before).toBeLessThanOrEqual(2);
});

describe('what stands there in the end is seen', () => {
  /** What the last call of `changed` read. */
  let seen: string | undefined;
  let folder: string;
  let file: string;
  let watching: Running;

  beforeEach(() => {
    seen = undefined;
    folder = mkdtempSync(join(tmpdir(), 'test-watch-'));
    mkdirSync(join(folder, 'deep'));
    file = join(folder, 'deep', 'a.ts');
    writeFileSync(file, '0');
    watching = watchFolders([folder], async () => {
      seen = await readFile(file, 'utf8').catch(() => undefined);
    });
  });

  afterEach(async () => {
    await watching.stop();
    rmSync(folder, { recursive: true });
  });

  it('when a file is replaced time and again, as many editors save', async () => {
    for (const text of ['1', '2', '3']) {
      writeFileSync(`${folder}.new`, text);
      renameSync(`${folder}.new`, file);
      await until(() => seen === text);
      expect(seen).toBe(text);
    }
  });

  it('when a folder comes, goes, and comes again under its name', async () => {
    for (const text of ['1', '2', '3']) {
      rmSync(join(folder, 'deep'), { recursive: true });
      mkdirSync(join(folder, 'deep'));
      writeFileSync(file, text);
      await until(() => seen === text);
      appendFileSync(file, ' more');
      await until(() => seen === `${text} more`);
      expect(seen).toBe(`${text} more`);
    }
  });
});
