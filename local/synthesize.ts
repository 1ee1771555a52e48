import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from './user-error.ts';

/**
 * Synthesizes the CDK app of this folder, as the `cdk` command would: runs the `app` of `cdk.json` with
 * the context given, into a folder.
 *
 * @throws {UserError} with what the app said, if it fails
 */
export async function synthesize(
  directory: string,
  context: Readonly<Record<string, string>>,
): Promise<void> {
  const config = await readCdkJson();
  await mkdir(directory, { recursive: true });
  const { code, stderr } = await run(config.app, {
    ...process.env,
    CDK_OUTDIR: resolve(directory),
    CDK_CONTEXT_JSON: JSON.stringify({ ...config.context, ...context }),
  });
  if (code === 0) return;
  throw new UserError(
    stderr.trim() || `the app of cdk.json (${config.app}) ended with exit code ${code}`,
  );
}

async function readCdkJson(): Promise<{ app: string; context: Record<string, unknown> }> {
  try {
    const { app, context = {} } = JSON.parse(await readFile('cdk.json', 'utf8')) as {
      app: string;
      context?: Record<string, unknown>;
    };
    return { app, context };
  } catch {
    throw new UserError(
      'there is no readable cdk.json here; start in the folder of the CDK app, or give --assembly',
    );
  }
}

function run(
  command: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; stderr: string }> {
  return new Promise((done, reject) => {
    const child = spawn(command, { shell: true, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => done({ code, stderr }));
  });
}
