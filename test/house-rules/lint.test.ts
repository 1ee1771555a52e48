import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './source-tree.ts';

const PATIENCE_MS = 60_000;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lint-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What the project's own lint says about a source. */
function lint(source: string): { readonly clean: boolean; readonly said: string } {
  const file = join(folder, 'a.ts');
  writeFileSync(file, source);
  writeFileSync(join(folder, 'tsconfig.json'), '{"compilerOptions":{"strict":true,"types":[]}}');
  const oxlint = join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const config = join(ROOT, '.oxlintrc.json');
  const { status, stdout } = spawnSync(
    process.execPath,
    [oxlint, '--type-aware', '--deny-warnings', '-c', config, file],
    // It runs where it finds the program that knows the types.
    { cwd: ROOT, encoding: 'utf8', timeout: PATIENCE_MS },
  );
  return { clean: status === 0, said: stdout };
}

describe('the lint', () => {
  it('F-16 refuses a promise that nobody waits for: Lambda would freeze it', () => {
    const { clean, said } = lint('export function post(send: () => Promise<void>) { send(); }\n');
    expect(said).toContain('no-floating-promises');
    expect(clean).toBe(false);
  });

  it('lets pass the same promise when it is awaited', () => {
    const source = 'export async function post(send: () => Promise<void>) { await send(); }\n';
    expect(lint(source)).toMatchObject({ clean: true });
  });

  it.each([
    ['no-explicit-any', 'export const x: any = 1;\n'],
    [
      'switch-exhaustiveness-check',
      `export function f(x: 'a' | 'b') { switch (x) { case 'a': return 1; } return 2; }\n`,
    ],
  ])('has %s as an error', (rule, source) => {
    const { clean, said } = lint(source);
    expect(said).toContain(rule);
    expect(clean).toBe(false);
  });
});
