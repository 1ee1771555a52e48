import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FunctionResource } from '../../../local/assembly/resources.ts';

/** Writes files into a new folder, which stands for a code asset, and answers it. */
export function codeAsset(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'test-asset-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A function of the newest runtime; its code is an ES module that the argument is the text of. */
export function aFunction(
  code: string,
  overrides: Partial<FunctionResource> = {},
): FunctionResource {
  const name = overrides.name ?? 'subject';
  return {
    logicalId: 'Subject',
    name,
    arn: `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
    roleArn: 'arn:aws:iam::123456789012:role/subject',
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    codeDirectory: codeAsset({ 'index.mjs': code }),
    timeoutSeconds: 10,
    memoryMegabytes: 128,
    environment: {},
    ...overrides,
  };
}
