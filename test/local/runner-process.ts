import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { ScriptProcess } from '../support/script-process.ts';

/** `npm start` without npm, as a process of its own. */
export class RunnerProcess extends ScriptProcess {
  constructor(args: readonly string[], cwd?: string) {
    super('local/main.ts', args, cwd);
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
