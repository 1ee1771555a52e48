import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { UserError } from '../user-error.ts';

const configSchema = z.object({
  app: z.string(),
  context: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Synthesizes the CDK app of the current folder into `directory`, as the `cdk` command would: it runs the `app` of
 * `cdk.json`, its context and the given one in the environment. Without that command's own start, which takes longer.
 * Rejects with a `UserError` if the app fails, with what it said.
 */
export async function synthesize(
  directory: string,
  context: Readonly<Record<string, string>>,
): Promise<void> {
  const { app, context: own } = await readConfig();
  // What earlier runs left there would pile up.
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const { code, said } = await run(app, {
    ...process.env,
    CDK_OUTDIR: resolve(directory),
    CDK_CONTEXT_JSON: JSON.stringify({ ...own, ...context }),
  });
  if (code === 0) return;
  throw new UserError(`the app of cdk.json could not be synthesized; ${summary(said)}`);
}

async function readConfig(): Promise<z.infer<typeof configSchema>> {
  const text = await readFile('cdk.json', 'utf8').catch(() => '');
  if (text === '') {
    throw new UserError(
      'there is no cdk.json here; start in the folder of a CDK app, or give --assembly',
    );
  }
  try {
    return configSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new UserError('cdk.json is broken; it must be JSON with the command of the "app"', {
      cause: error,
    });
  }
}

function run(
  command: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((done, reject) => {
    const child = spawn(command, {
      shell: true,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      windowsHide: true,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => done({ code, said }));
  });
}

/** The line that says what is wrong: the first of an error, else the last. */
function summary(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  const spoken = lines.filter((line) => line !== '' && !line.startsWith('at '));
  return (
    spoken.find((line) => /^(\w*Error\b|unable to )/.test(line)) ??
    spoken.at(-1) ??
    'it ended without a word'
  );
}
