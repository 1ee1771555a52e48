import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { databaseReady } from '../../../local/dynamodb/database-ready.ts';

class Watchdog extends EventEmitter {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
}

let watchdog: Watchdog;
beforeEach(() => {
  watchdog = new Watchdog();
  // Time stands still: what it waits for is what is tested, not its giving up. Streams need the rest.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the database is ready', () => {
  it('once both the process id and the line are there, in pieces and in whatever order', async () => {
    const ready = databaseReady(watchdog);
    watchdog.stderr.write('Dynoxide listen');
    watchdog.stderr.write('ing on http://127.0.0.1:1234');
    watchdog.stdout.write('pid 5');
    watchdog.stdout.write('6\n');
    watchdog.stderr.write('\n');
    expect(await ready).toEqual({ pid: 56 });
  });

  it('never, if it ends before: with what it said', async () => {
    const ready = databaseReady(watchdog);
    watchdog.stderr.once('data', () => watchdog.emit('close', 1));
    watchdog.stdout.write('pid 56\n');
    watchdog.stderr.write('error: port 1234 is already in use\n');
    expect(await ready).toEqual({ reason: 'error: port 1234 is already in use' });
  });

  it('never, if it ends without a word: with its code', async () => {
    const ready = databaseReady(watchdog);
    watchdog.emit('close', 7);
    expect(await ready).toEqual({ reason: 'it ended with code 7' });
  });
});
