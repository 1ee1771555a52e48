/** A runner for `end-with-runner.integration.test.ts`: one function that spins, one that waits. Prints their pids. */
import { FunctionHost } from '../../../local/lambda/function-host.ts';
import { aFunction } from './a-function.ts';

const host = new FunctionHost({
  region: 'eu-west-1',
  endpointUrl: 'http://127.0.0.1:1',
  log: ({ text }) => console.log(text),
});
const code = `
  console.log('pid ' + process.pid);
  export const handler = async (event) => { for (; event.spin;); };`;
await host.load([
  aFunction(code, { name: 'idle' }),
  aFunction(code, { name: 'busy', timeoutSeconds: 900 }),
]);
void host.invoke('busy', { spin: true });
await host.invoke('idle', {});
console.log('running');
