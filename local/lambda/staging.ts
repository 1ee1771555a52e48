import { createHash } from 'node:crypto';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { FunctionResource } from '../assembly/resources.ts';
import { unzip } from './unzip.ts';

/** What AWS's Node.js runtimes bring along. A function that needs anything else must bundle it, here as there. */
const RUNTIME_PACKAGES = ['@aws-sdk', '@smithy', '@aws-crypto'];

/** Of the temporary folder; the runner's process id follows. */
const PREFIX = 'local-lambda-';

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
    const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
    const staging = new Staging(await realpath(folder));
    await Promise.all([
      removeLeftovers(),
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

/** A text that changes when a function's code does. By content: synthesizing anew writes every file anew. */
export async function fingerprintOf({
  codeDirectory,
  inlineCode,
}: FunctionResource): Promise<string> {
  if (inlineCode !== undefined) return inlineCode;
  const files = (await stat(codeDirectory)).isDirectory()
    ? await readdir(codeDirectory, { recursive: true, withFileTypes: true })
    : undefined;
  const paths = files
    ?.filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .toSorted() ?? [codeDirectory];
  const hash = createHash('sha256');
  for (const path of paths) {
    hash.update(`\n${relative(codeDirectory, path)}\n`).update(await readFile(path));
  }
  return hash.digest('hex');
}

/** What runs that were killed could not remove. */
async function removeLeftovers(): Promise<void> {
  const entries = await readdir(tmpdir());
  const leftovers = entries.filter((entry) => {
    const [, pid] = new RegExp(`^${PREFIX}(\\d+)-`).exec(entry) ?? [];
    return pid !== undefined && !isAlive(Number(pid));
  });
  const options = { recursive: true, force: true };
  // Another user's stays.
  await Promise.allSettled(leftovers.map((entry) => rm(join(tmpdir(), entry), options)));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
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
