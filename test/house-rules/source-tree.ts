import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** The project's folder. */
export const ROOT = join(__dirname, '..', '..');

/** What is made by tools: not ours to keep in order. */
const MADE_BY_TOOLS = new Set(
  '.git .parley cdk.out coverage dist node_modules package-lock.json'.split(' '),
);

/** A text file of the project; its path is relative, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** The project's own files whose path matches, in the order of their paths. */
export function filesOf(matches: RegExp): SourceFile[] {
  return pathsIn('')
    .filter((path) => matches.test(path))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

function pathsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => !MADE_BY_TOOLS.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return pathsIn(path);
      return entry.isFile() ? [path.split(sep).join('/')] : [];
    });
}
