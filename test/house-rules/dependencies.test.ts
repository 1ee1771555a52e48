import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockEntries } from '../../scripts/platform-entries.ts';
import { ROOT } from './source-tree.ts';

type Versions = Readonly<Record<string, string>>;

const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
) as { dependencies: Versions; devDependencies: Versions; optionalDependencies: Versions };

const ALL: Versions = { ...dependencies, ...devDependencies, ...optionalDependencies };

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: LockEntries;
};

/** Licences that ask nothing of who uses the work but to name it. */
const PERMISSIVE =
  /^(?:0BSD|Apache-2\.0|BlueOak-1\.0\.0|BSD-[23]-Clause|CC-BY-4\.0|CC0-1\.0|ISC|MIT)$/;

/** The rows of docs/DEPENDENCIES.md: package, reason, licence, size. */
const ROWS = readFileSync(join(ROOT, 'docs', 'DEPENDENCIES.md'), 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .flatMap(([, name = '', why = '', licence = '', size]) =>
    size === undefined || !name.startsWith('`')
      ? []
      : [{ name: name.slice(1, -1), why, licence, size }],
  )
  .filter(({ size }) => size !== '');

/** Whether one of the licences to choose from is permissive, or all that hold together are. */
function isPermissive(licence = ''): boolean {
  const choices = licence.replaceAll(/[()]/g, '').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((part) => PERMISSIVE.test(part)));
}

describe('docs/DEPENDENCIES.md', () => {
  it('has one row for every dependency, and for nothing else', () => {
    const names = ROWS.map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(Object.keys(ALL)));
    expect(names).toHaveLength(Object.keys(ALL).length);
  });

  it.each(ROWS)('says of $name why it is here, and how heavy it is', ({ why, size }) => {
    expect(why.length).toBeGreaterThan(4);
    expect(size).toMatch(/^\d+(?:\.\d)? MB$/);
  });

  it.each(ROWS)('gives the licence of $name', ({ name, licence }) => {
    const locked = packages[`node_modules/${name}`]?.license ?? '';
    expect(licence.replaceAll(' or ', ' OR ')).toBe(locked.replaceAll(/[()]/g, ''));
  });
});

describe('the dependencies', () => {
  it('are exact versions', () => {
    const loose = Object.entries(ALL).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    expect(loose).toEqual([]);
  });

  it('are all under permissive licences, with everything that they bring', () => {
    const others = Object.entries(packages)
      .filter(([path, { license }]) => path !== '' && !isPermissive(license))
      .map(([path, { license }]) => `${path}: ${license ?? 'unknown'}`);
    expect(others).toEqual([]);
  });

  it('bites on a licence that asks for more', () => {
    expect(['MIT', '(MIT OR GPL-3.0-or-later)', 'Apache-2.0 AND MIT'].map(isPermissive)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['GPL-3.0', 'MIT AND LGPL-2.1', '', undefined].map(isPermissive)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
