import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build as bundle, type Plugin } from 'esbuild';

const SCHEDULES = 'test/simulation/worker.ts';

/** A change of one file's text, which must be found there exactly once. */
export interface Patch {
  /** From the project's folder, which is the one that npm and jest run in. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * The text of a worker with the whole simulation and the code under it, as it would be with these changes.
 * @param entry the worker. Default: the one that runs schedules
 */
export async function bundleSimulation(
  patches: readonly Patch[] = [],
  entry = SCHEDULES,
): Promise<string> {
  const { outputFiles } = await bundle({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
    plugins: [patching(patches)],
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('the simulation could not be bundled');
  return output.text;
}

function patching(patches: readonly Patch[]): Plugin {
  const files = new Set(patches.map(({ file }) => resolve(file)));
  return {
    name: 'patch',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!files.has(path)) return undefined;
        const own = patches.filter(({ file }) => resolve(file) === path);
        return { loader: 'ts', contents: own.reduce(apply, readFileSync(path, 'utf8')) };
      });
    },
  };
}

/** @throws Error where what is to be patched is not there, or not once */
export function apply(text: string, { file, find, replace }: Patch): string {
  const parts = text.split(find);
  if (parts.length !== 2)
    throw new Error(`${file} holds ${parts.length - 1} times what is to be patched: ${find}`);
  return parts.join(replace);
}
