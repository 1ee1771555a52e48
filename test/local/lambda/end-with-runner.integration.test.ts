import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isAlive } from '../../support/is-alive.ts';
import { until } from '../../support/until.ts';

it('ends the instances, idle and spinning alike, when the runner is killed with -9', async () => {
  const runner = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'a-runner.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids: number[] = [];
  for await (const line of createInterface({ input: runner.stdout })) {
    if (line.startsWith('pid ')) pids.push(Number(line.slice(4)));
    if (line === 'running') break;
  }
  expect(pids).toHaveLength(2);
  expect(pids.map(isAlive)).toEqual([true, true]);

  runner.kill('SIGKILL');
  await once(runner, 'exit');
  await until(() => !pids.some(isAlive));
}, 20_000);
