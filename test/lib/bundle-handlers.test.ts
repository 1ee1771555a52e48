import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BundleError, bundleHandlers } from '../../lib/bundle-handlers.ts';
import { functionNames } from '../../lib/functions.ts';

function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'parley-bundle-'));
}

/** A project of its own, with a handler for each function and a module that they share. */
function project(handler = "export const handler = (): string => shared('NAME');\n"): string {
  const sources = join(temporary(), 'lambdas');
  mkdirSync(sources);
  writeFileSync(
    join(sources, 'shared.ts'),
    "import { createHash } from 'node:crypto';\n" +
      "export const shared = (text: string): string => createHash('md5').update(text).digest('hex');\n" +
      "export const unused = 'never-in-a-bundle';\n",
  );
  for (const name of functionNames) {
    const text = `import { shared } from './shared.ts';\n${handler.replace('NAME', name)}`;
    writeFileSync(join(sources, `${name}.ts`), text);
  }
  return sources;
}

describe('bundleHandlers', () => {
  it('puts each function into a folder with one module, which Node loads as it is', () => {
    const code = bundleHandlers({ sources: project(), output: temporary() });
    for (const name of functionNames) {
      expect(readdirSync(code[name])).toEqual(['index.mjs']);
      const script = `import('./index.mjs').then(({ handler }) => process.stdout.write(handler()))`;
      const run = spawnSync(process.execPath, ['-e', script], {
        cwd: code[name],
        encoding: 'utf8',
      });
      expect(run.stdout).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  it('gives the same bytes for the same sources, wherever they are, so that nothing is deployed for nothing', () => {
    const [one, other] = [project(), project()].map((sources) =>
      bundleHandlers({ sources, output: temporary() }),
    );
    for (const name of functionNames) {
      const bytes = readFileSync(join(one?.[name] ?? '', 'index.mjs'), 'utf8');
      expect(bytes).toBe(readFileSync(join(other?.[name] ?? '', 'index.mjs'), 'utf8'));
      expect(bytes).not.toContain('never-in-a-bundle');
    }
  });

  it('says in one sentence where a function does not build', () => {
    const sources = project('export const handler = = 1;\n');
    const build = (): unknown => bundleHandlers({ sources, output: temporary() });
    expect(build).toThrow(BundleError);
    expect(build).toThrow(
      /^unable to bundle the functions; lambdas\/[a-z-]+\.ts:2: Unexpected "="$/,
    );
  });

  it('says so if a function has no file', () => {
    expect(() =>
      bundleHandlers({ sources: join(temporary(), 'lambdas'), output: temporary() }),
    ).toThrow(/^unable to bundle the functions; Could not resolve ".*\.ts"$/);
  });
});
