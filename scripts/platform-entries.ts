/** A package of the lock file, by its path (`node_modules/…`; the project itself is ''). */
export interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly cpu?: readonly string[];
  readonly dev?: boolean;
  readonly libc?: readonly string[];
  readonly license?: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export type LockEntries = Readonly<Record<string, LockEntry>>;

export type Platform = Pick<LockEntry, 'os' | 'cpu' | 'libc'>;

/** A platform package that a package lists and the lock file does not have. */
export interface MissingEntry {
  readonly name: string;
  readonly version: string;
  /** Where it belongs in the lock file: beside its siblings. */
  readonly path: string;
  /** The entry of the same package for another platform, which has all but the platform in common with it. */
  readonly sibling: LockEntry;
}

/** As `process.platform` has them. */
const OPERATING_SYSTEMS =
  'aix android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(' ');
/** As `process.arch` has them. */
const PROCESSORS = 'arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x x64'.split(' ');
const C_LIBRARIES = [
  { libc: 'musl', ends: /-musl(?:eabihf)?$/ },
  { libc: 'glibc', ends: /-(?:gnu(?:eabihf)?|glibc)$/ },
] as const;

/** The platform that a package is for, as native packages are named: `@swc/core-linux-arm64-musl`. */
export function platformOf(name: string): Platform | undefined {
  const words = name.split(/[-/]/);
  const os = words.find((word) => OPERATING_SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  const libc = C_LIBRARIES.find(({ ends }) => ends.test(name))?.libc;
  if (os === undefined || cpu === undefined) return undefined;
  return { os: [os], cpu: [cpu], ...(libc !== undefined && { libc: [libc] }) };
}

/** The platform packages that packages of the lock file list as optional dependencies and that it lacks. */
export function missingEntries(entries: LockEntries): MissingEntry[] {
  return Object.entries(entries).flatMap(([dependent, { optionalDependencies = {} }]) => {
    const listed = Object.entries(optionalDependencies);
    const siblings = listed.flatMap(([name]) => {
      const path = locate(entries, dependent, name);
      return path !== undefined && entries[path]?.os !== undefined ? [{ name, path }] : [];
    });
    return listed.flatMap(([name, version]) => {
      if (platformOf(name) === undefined) return [];
      if (locate(entries, dependent, name) !== undefined) return [];
      const found = siblings.find((candidate) => scopeOf(candidate.name) === scopeOf(name));
      const sibling = found === undefined ? undefined : entries[found.path];
      if (found === undefined || sibling === undefined) {
        throw new Error(`unable to complete ${name}; no platform of it is in the lock file`);
      }
      return [{ name, version, path: found.path.replace(found.name, () => name), sibling }];
    });
  });
}

/**
 * The lock file's packages with an entry for every platform, in npm's own order. What the registry did not
 * serve has no `integrity`: npm takes what it gets the first time it installs on that platform.
 */
export function completeEntries(entries: LockEntries): Record<string, LockEntry> {
  const added = missingEntries(entries).map(({ name, version, path, sibling }) => {
    const { dev, license, engines } = sibling;
    const { os, cpu, libc } = platformOf(name) ?? {};
    const entry = { version, cpu, dev, libc, license, optional: true, os, engines };
    // Absent, not undefined: as npm writes it.
    const known = Object.entries(entry).filter(([, value]) => value !== undefined);
    return [path, Object.fromEntries(known) as LockEntry] as const;
  });
  const all = [...Object.entries(entries), ...added];
  return Object.fromEntries(all.toSorted(([one], [other]) => one.localeCompare(other, 'en')));
}

/** The paths of platform packages that no registry has served yet: of those nobody knows what they must hold. */
export function unprovenEntries(entries: LockEntries): string[] {
  return Object.entries(entries)
    .filter(([, { os, integrity }]) => os !== undefined && integrity === undefined)
    .map(([path]) => path);
}

/**
 * The lock file's packages without those of unknown content and those that list them: npm asks for optional
 * packages only when it meets what lists them for the first time.
 */
export function withoutUnproven(entries: LockEntries): LockEntries {
  const unproven = new Set(unprovenEntries(entries));
  const kept = Object.entries(entries).filter(([dependent, { optionalDependencies = {} }]) => {
    const lists = Object.keys(optionalDependencies).some((name) => {
      return unproven.has(locate(entries, dependent, name) ?? '');
    });
    return dependent === '' || !(lists || unproven.has(dependent));
  });
  return Object.fromEntries(kept);
}

/** Where a dependency of a package is found: beside it, or beside one of those it lies in, as Node looks. */
export function locate(entries: LockEntries, dependent: string, name: string): string | undefined {
  for (let within = dependent; ; within = within.slice(0, within.lastIndexOf('node_modules/'))) {
    within = within.replace(/\/$/, '');
    const path = `${within === '' ? '' : `${within}/`}node_modules/${name}`;
    if (entries[path] !== undefined) return path;
    if (within === '') return undefined;
  }
}

function scopeOf(name: string): string {
  return name.startsWith('@') ? name.slice(0, name.indexOf('/')) : '';
}
