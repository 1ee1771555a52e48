import {
  completeEntries,
  missingEntries,
  platformOf,
  unprovenEntries,
  withoutUnproven,
  type LockEntries,
} from '../../scripts/platform-entries.ts';

/** What npm writes where the registry has one of three platforms. */
const ENTRIES: LockEntries = {
  '': { version: '1.0.0' },
  'node_modules/native': {
    version: '2.1.0',
    integrity: 'sha512-native',
    optionalDependencies: {
      '@native/core-darwin-arm64': '2.1.0',
      '@native/core-linux-arm64-musl': '2.1.0',
      '@native/core-linux-x64-gnu': '2.1.0',
      helper: '^1.0.0',
    },
  },
  'node_modules/@native/core-linux-x64-gnu': {
    version: '2.1.0',
    integrity: 'sha512-linux',
    cpu: ['x64'],
    dev: true,
    libc: ['glibc'],
    license: 'MIT',
    optional: true,
    os: ['linux'],
    engines: { node: '>=18' },
  },
};

describe('the platform of a package', () => {
  it.each([
    ['@esbuild/win32-x64', { os: ['win32'], cpu: ['x64'] }],
    ['@swc/core-linux-arm64-musl', { os: ['linux'], cpu: ['arm64'], libc: ['musl'] }],
    ['@oxlint/binding-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
    ['@oxlint/binding-linux-arm-musleabihf', { os: ['linux'], cpu: ['arm'], libc: ['musl'] }],
    ['@oxlint/binding-android-arm-eabi', { os: ['android'], cpu: ['arm'] }],
    ['@parcel/watcher-linux-x64-glibc', { os: ['linux'], cpu: ['x64'], libc: ['glibc'] }],
    ['@unrs/resolver-binding-win32-ia32-msvc', { os: ['win32'], cpu: ['ia32'] }],
  ])('is read from its name: %s', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });

  it.each(['fsevents', 'graceful-fs', '@aws-sdk/client-sqs', 'linux-release-info'])(
    'is nothing for %s, which is for all',
    (name) => {
      expect(platformOf(name)).toBeUndefined();
    },
  );
});

describe('completing a lock file', () => {
  it('finds the platforms that a package lists and the lock file lacks', () => {
    expect(missingEntries(ENTRIES).map(({ path, version }) => [path, version])).toEqual([
      ['node_modules/@native/core-darwin-arm64', '2.1.0'],
      ['node_modules/@native/core-linux-arm64-musl', '2.1.0'],
    ]);
  });

  it('adds them with what they have in common with their sibling, in npm’s order of entries and keys', () => {
    const completed = completeEntries(ENTRIES);
    expect(Object.keys(completed)).toEqual([
      '',
      'node_modules/@native/core-darwin-arm64',
      'node_modules/@native/core-linux-arm64-musl',
      'node_modules/@native/core-linux-x64-gnu',
      'node_modules/native',
    ]);
    expect(JSON.stringify(completed['node_modules/@native/core-linux-arm64-musl'])).toBe(
      JSON.stringify({
        version: '2.1.0',
        cpu: ['arm64'],
        dev: true,
        libc: ['musl'],
        license: 'MIT',
        optional: true,
        os: ['linux'],
        engines: { node: '>=18' },
      }),
    );
    expect(missingEntries(completed)).toEqual([]);
    expect(completeEntries(completed)).toEqual(completed);
  });

  it('adds beside the sibling when the package lies within another', () => {
    const nested = Object.fromEntries(
      Object.entries(ENTRIES).map(([path, entry]) => [path && `node_modules/outer/${path}`, entry]),
    );
    expect(Object.keys(completeEntries(nested))).toContain(
      'node_modules/outer/node_modules/@native/core-darwin-arm64',
    );
  });

  it('refuses to invent entries when no platform of a package is known', () => {
    const unknown = { 'node_modules/native': ENTRIES['node_modules/native'] ?? {} };
    expect(() => missingEntries(unknown)).toThrow(
      'unable to complete @native/core-darwin-arm64; no platform of it is in the lock file',
    );
  });

  it('forgets what has no integrity, and what lists it, so that npm asks for both again', () => {
    const completed = completeEntries(ENTRIES);
    expect(unprovenEntries(completed)).toEqual([
      'node_modules/@native/core-darwin-arm64',
      'node_modules/@native/core-linux-arm64-musl',
    ]);
    expect(Object.keys(withoutUnproven(completed))).toEqual([
      '',
      'node_modules/@native/core-linux-x64-gnu',
    ]);
  });
});
