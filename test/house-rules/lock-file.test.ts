import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { locate, missingEntries, platformOf } from '../../scripts/platform-entries.ts';
import type { LockEntries } from '../../scripts/platform-entries.ts';
import { ROOT } from './source-tree.ts';

const LOCK = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
const { packages } = JSON.parse(LOCK) as { packages: LockEntries };

/** Every platform package that anything lists: [who, whom]. */
const LISTED = Object.entries(packages).flatMap(([dependent, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => platformOf(name) !== undefined)
    .map((name): [dependent: string, name: string] => [dependent, name]),
);

describe('the lock file', () => {
  it('has an entry for every platform of every native package (else: npm run lock)', () => {
    expect(missingEntries(packages)).toEqual([]);
    const native = new Set(LISTED.map(([dependent]) => dependent.replace(/^.*node_modules\//, '')));
    expect([...native]).toEqual(
      expect.arrayContaining([
        '',
        'esbuild',
        '@swc/core',
        'oxlint',
        'oxlint-tsgolint',
        'typescript',
        'unrs-resolver',
      ]),
    );
  });

  it('gives each of them the platform of its name, so that npm fetches none that is not its own', () => {
    const wrong = LISTED.filter(([dependent, name]) => {
      const { os, cpu, libc, optional } = packages[locate(packages, dependent, name) ?? ''] ?? {};
      const said = { os, cpu, ...(libc !== undefined && { libc }) };
      return optional !== true || JSON.stringify(said) !== JSON.stringify(platformOf(name));
    });
    expect(wrong).toEqual([]);
  });

  it.each(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'])(
    'has the local database for %s',
    (platform) => {
      expect(packages[`node_modules/@dynoxide/${platform}`]).toMatchObject({ optional: true });
    },
  );

  it('names no registry: whatever registry is configured serves it', () => {
    expect(LOCK).not.toMatch(/"resolved":/);
  });
});
