/**
 * A program for `node --eval`: runs another one and ends it when its own standard input closes. However the
 * parent ends, killed included, the operating system closes the parent's end of that pipe. It is a text, so
 * that Node starts it without a loader, in no time. Its first line of output is the process id.
 */
const PROGRAM = `
  const child = require('node:child_process').spawn(process.argv[1], process.argv.slice(2), {
    stdio: ['ignore', 'inherit', 'inherit'],
    windowsHide: true,
  });
  if (child.pid !== undefined) process.stdout.write('pid ' + child.pid + '\\n');
  child.once('error', (error) => {
    process.stderr.write(error.message + '\\n');
    process.exit(1);
  });
  child.once('exit', (code) => process.exit(code ?? 1));
  process.stdin.resume();
  process.stdin.once('close', () => child.kill('SIGKILL'));
  // The parent decides when this ends, not a signal to the whole terminal.
  process.on('SIGINT', () => {});
  process.on('SIGHUP', () => {});
`;

/** The arguments with which `process.execPath` runs a program under the watchdog. */
export function watchdogArguments(program: string, args: readonly string[]): string[] {
  return ['--eval', PROGRAM, '--', program, ...args];
}
