import { statSync } from 'node:fs';
import { databaseBinary } from '../../../local/dynamodb/binary.ts';

describe('databaseBinary', () => {
  it('is a file of the package for this platform', () => {
    expect(statSync(databaseBinary()).isFile()).toBe(true);
  });

  it('says which platforms there are, on one that is none of them', () => {
    expect(() => databaseBinary('freebsd', 'x64')).toThrow(
      'The local database does not exist for freebsd on x64; it runs on linux-x64, linux-arm64, darwin-x64, darwin-arm64, win32-x64.',
    );
  });

  it('says what to do if the package was not installed', () => {
    const [platform, architecture] =
      process.platform === 'win32' ? (['linux', 'x64'] as const) : (['win32', 'x64'] as const);
    expect(() => databaseBinary(platform, architecture)).toThrow(
      `The database for this platform (@dynoxide/${platform}-${architecture}) is not installed; run npm ci`,
    );
  });
});
