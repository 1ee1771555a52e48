/**
 * A runner for `end-with-runner.integration.test.ts`: one function that waits, one that spins. Prints their pids once
 * the second one does.
 */
import { FunctionHost } from '../../../local/lambda/function-host.ts';
import { aFunction } from './a-function.ts';

let pids: readonly unknown[] = [];
const host = new FunctionHost({
  region: 'eu-west-1',
  endpointUrl: 'http://127.0.0.1:1',
  log: ({ text }) => {
    if (text === 'spinning') console.log(`spinning ${JSON.stringify(pids)}`);
    else console.error(text);
  },
});
const code = `
  export const handler = async ({ spin }) => {
    if (spin) console.log('spinning');
    while (spin);
    return process.pid;
  };`;
const failures = await host.load([
  aFunction(code, { name: 'idle' }),
  aFunction(code, { name: 'busy', timeoutSeconds: 900 }),
]);
if (failures.length > 0) throw new Error(`unable to start; ${JSON.stringify(failures)}`);
pids = await Promise.all(['idle', 'busy'].map(pidOf));
void host.invoke('busy', { spin: true });

async function pidOf(name: string): Promise<unknown> {
  const invocation = await host.invoke(name, {});
  if (!invocation.ok) throw new Error(`unable to invoke ${name}; ${invocation.errorMessage}`);
  return invocation.payload;
}
