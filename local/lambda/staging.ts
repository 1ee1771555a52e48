import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { FunctionResource } from '../assembly/resources.ts';
import { unzip } from './unzip.ts';

/** What AWS's Node.js runtimes bring along. A function that needs anything else must bundle it, here as there. */
const RUNTIME_PACKAGES = ['@aws-sdk', '@smithy', '@aws-crypto'];

const here = dirname(fileURLToPath(import.meta.url));
const projectModules = join(here, '..', '..', 'node_modules');

/**
 * The disk of the function instances: a temporary folder with the runtime (`/var/runtime` on AWS) and a copy of
 * each function's code (`/var/task`). A copy, so that no `package.json` and no `node_modules` above the assembly
 * changes how it loads, and so that running code stays what it was while the assembly is written anew.
 */
export class Staging {
  readonly root: string;
  readonly bootstrapFile: string;
  private readonly removeAtExit: () => void;
  private staged = 0;

  private constructor(root: string) {
    this.root = root;
    this.bootstrapFile = join(root, 'runtime', 'bootstrap.mjs');
    this.removeAtExit = () => rmSync(root, { recursive: true, force: true });
    process.once('exit', this.removeAtExit);
  }

  static async create(): Promise<Staging> {
    const staging = new Staging(await realpath(await mkdtemp(join(tmpdir(), 'local-lambda-'))));
    await Promise.all([
      build({
        entryPoints: [join(here, 'runtime', 'bootstrap.ts')],
        outfile: staging.bootstrapFile,
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: 'node20',
        logLevel: 'silent',
      }),
      // Without a `type`, as where there is no package.json at all.
      writeFile(join(staging.root, 'package.json'), '{}'),
      linkRuntimePackages(staging.root),
    ]);
    return staging;
  }

  /** Unpacks a function's code and answers the folder. */
  async stage(resource: FunctionResource): Promise<string> {
    this.staged += 1;
    const folder = join(this.root, 'task', String(this.staged));
    await mkdir(folder, { recursive: true });
    const { inlineCode, codeDirectory } = resource;
    if (inlineCode !== undefined) await writeFile(join(folder, 'index.js'), inlineCode);
    else if ((await stat(codeDirectory)).isDirectory()) {
      await cp(codeDirectory, folder, { recursive: true });
    } else await unzip(codeDirectory, folder);
    return folder;
  }

  /** Forgets what `stage` answered. */
  async unstage(folder: string): Promise<void> {
    if (folder !== this.root) await rm(folder, { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    process.off('exit', this.removeAtExit);
    await rm(this.root, { recursive: true, force: true });
  }
}

/** A text that changes when a function's code does. */
export async function fingerprintOf({
  codeDirectory,
  inlineCode,
}: FunctionResource): Promise<string> {
  if (inlineCode !== undefined) return inlineCode;
  const root = await stat(codeDirectory);
  const files = root.isDirectory()
    ? await readdir(codeDirectory, { recursive: true, withFileTypes: true })
    : [];
  const states = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async (file) => {
        const path = join(file.parentPath, file.name);
        const { size, mtimeMs } = await stat(path);
        return `${path} ${size} ${mtimeMs}`;
      }),
  );
  return [`${root.size} ${root.mtimeMs}`, ...states.toSorted()].join('\n');
}

async function linkRuntimePackages(root: string): Promise<void> {
  const folder = join(root, 'node_modules');
  await mkdir(folder);
  await Promise.all(
    RUNTIME_PACKAGES.map(async (name) => {
      const target = join(projectModules, name);
      const exists = await stat(target).then(
        () => true,
        () => false,
      );
      // A junction needs no privilege on Windows; elsewhere the type is ignored.
      if (exists) await symlink(target, join(folder, name), 'junction');
    }),
  );
}
