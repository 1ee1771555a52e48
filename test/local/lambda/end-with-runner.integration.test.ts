import { isAlive } from '../../support/is-alive.ts';
import { ScriptProcess } from '../../support/script-process.ts';
import { until } from '../../support/until.ts';

let runner: ScriptProcess;

beforeEach(() => {
  runner = new ScriptProcess('test/local/lambda/a-runner.ts');
});

afterEach(() => runner.kill());

it('ends the instances, idle and spinning alike, when the runner is killed with -9', async () => {
  const [, list = ''] = await runner.printed(/^spinning (\[.*\])$/m);
  const pids = JSON.parse(list) as readonly number[];
  expect(pids).toHaveLength(2);
  expect(pids.map(isAlive)).toEqual([true, true]);

  await runner.kill('SIGKILL');
  await until(() => !pids.some(isAlive));
  expect(pids.map(isAlive)).toEqual([false, false]);
});
