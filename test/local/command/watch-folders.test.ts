import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
