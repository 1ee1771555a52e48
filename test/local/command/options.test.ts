import { readOptions } from '../../../local/command/options.ts';
import { UserError } from '../../../local/user-error.ts';

describe('readOptions', () => {
  it('runs the own app on port 4000 by default', () => {
    expect(readOptions([])).toEqual({
      port: 4000,
      endpointPort: 0,
      dataDirectory: '.parley',
      fresh: false,
      chaos: false,
      verbose: false,
      help: false,
    });
  });

  it('reads every option', () => {
    const args =
      '--assembly cdk.out --port 5000 --endpoint-port 4566 --data d --fresh --chaos --verbose --help';
    expect(readOptions(args.split(' '))).toEqual({
      assembly: 'cdk.out',
      port: 5000,
      endpointPort: 4566,
      dataDirectory: 'd',
      fresh: true,
      chaos: true,
      verbose: true,
      help: true,
    });
  });

  it.each([
    [['--prot', '5000'], "Unknown option '--prot'; --help lists the options"],
    [['cdk.out'], /^Unexpected argument 'cdk\.out'.*; --help lists the options$/],
    [['--assembly'], /^Option '--assembly <value>' argument missing; --help/],
    [['--port', '0'], '--port is "0"; give a number from 1 to 65535'],
    [['--port', '70000'], '--port is "70000"; give a number from 1 to 65535'],
    [['--endpoint-port', 'x'], '--endpoint-port is "x"; give a number from 1 to 65535'],
  ])('refuses %j with one sentence', (args, message) => {
    expect(() => readOptions(args)).toThrow(UserError);
    expect(() => readOptions(args)).toThrow(message);
  });
});
