import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A stack for `writeAssembly`. */
export interface StackOfTest {
  readonly template: object;
  /** `aws://account/region`; unbound by default. */
  readonly environment?: string;
  /** Object key → file or folder in the assembly. */
  readonly assets?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Writes a cloud assembly of hand-written templates into a new folder, and answers it. */
export function writeAssembly(stacks: Readonly<Record<string, StackOfTest>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'test-assembly-'));
  const write = (name: string, value: object): void =>
    writeFileSync(join(folder, name), JSON.stringify(value));
  const artifacts: Record<string, object> = {};
  for (const [name, stack] of Object.entries(stacks)) {
    write(`${name}.template.json`, stack.template);
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment: stack.environment ?? 'aws://unknown-account/unknown-region',
      properties: { templateFile: `${name}.template.json`, parameters: stack.parameters ?? {} },
    };
    const files = Object.entries(stack.assets ?? {}).map(([objectKey, path]) => [
      objectKey,
      {
        source: { path, packaging: 'zip' },
        destinations: { here: { bucketName: 'b', objectKey } },
      },
    ]);
    write(`${name}.assets.json`, { version: '48.0.0', files: Object.fromEntries(files) as object });
    artifacts[`${name}.assets`] = {
      type: 'cdk:asset-manifest',
      properties: { file: `${name}.assets.json` },
    };
  }
  write('manifest.json', { version: '48.0.0', artifacts });
  return folder;
}
