import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionNames } from '../../lib/functions.ts';

const root = join(__dirname, '../..');

interface CdkConfig {
  readonly app: string;
  readonly context: Readonly<Record<string, unknown>>;
}

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      { readonly Type: string; readonly Properties: { readonly Code?: { readonly S3Key: string } } }
    >
  >;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

const config = read(join(root, 'cdk.json')) as CdkConfig;

/** Runs the app as the CDK's command line does: the command of `cdk.json`, the context in the environment. */
function synth(context: Readonly<Record<string, string>>) {
  const outdir = mkdtempSync(join(tmpdir(), 'parley-synth-'));
  const [, ...args] = config.app.split(' ');
  const run = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...config.context, ...context }),
    },
  });
  return { outdir, status: run.status, stderr: run.stderr };
}

describe('the app', () => {
  it('synthesizes the real handlers into a stack named after its stage', () => {
    const { outdir, status, stderr } = synth({
      stage: 'prod',
      issuer: 'https://issuer.example.com',
      audience: 'chat',
      alarmEmail: 'ops@example.com',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const template = read(join(outdir, 'Parley-prod.template.json')) as Template;
    const code = Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => `asset.${Properties.Code?.S3Key.replace('.zip', '')}`);
    expect(code).toHaveLength(functionNames.length);
    for (const directory of code) {
      expect(readdirSync(join(outdir, directory))).toEqual(['index.mjs']);
    }
  });

  it.each([
    [
      { issuer: 'https://i.example.com' },
      'issuer is set without an audience; set audience to what your tokens carry in aud',
    ],
    [
      { stage: 'my stage' },
      'stage is "my stage"; use 1 to 32 letters, digits and hyphens, no hyphen at either end',
    ],
    [{ isuer: 'https://i.example.com' }, 'there is no setting isuer; did you mean issuer?'],
  ])('ends with one sentence and exit code 1 for %j', (context, sentence) => {
    const { status, stderr } = synth(context);
    expect({ status, stderr }).toEqual({ status: 1, stderr: `${sentence}\n` });
  });

  it('sets every feature flag that the installed CDK recommends for a new project', () => {
    const recommended = read(require.resolve('aws-cdk-lib/recommended-feature-flags.json'));
    expect(config.context).toEqual(recommended);
  });
});
