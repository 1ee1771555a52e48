import { HELP, readOptions } from './command/options.ts';
import { run } from './command/run.ts';
import type { Running } from './command/running.ts';
import { UserError } from './user-error.ts';

/** Ctrl-C, `kill`, and the terminal that was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let running: Running | undefined;
let stopping = false;

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(HELP);
  else {
    for (const signal of SIGNALS) process.on(signal, () => void stop());
    running = await run(options);
  }
} catch (error) {
  // A person can act on this one; anything else is a bug and keeps its stack trace.
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exit(1);
}

/** Stops in order. Before everything has started, and when asked twice, at once: all that was started ends with this process. */
async function stop(): Promise<void> {
  if (running === undefined || stopping) process.exit(1);
  stopping = true;
  await running.stop();
  process.exit(0);
}
