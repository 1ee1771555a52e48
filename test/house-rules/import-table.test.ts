import { importViolations } from './import-table.ts';
import { importsOf } from './imports.ts';
import { filesOf } from './source-tree.ts';

const SOURCES = filesOf(/\.(?:ts|tsx|mts|cts|js|mjs|cjs)$/).filter(({ path }) =>
  path.includes('/'),
);

describe('the import table (DESIGN §7)', () => {
  it('holds in every source file', () => {
    expect(SOURCES.flatMap(importViolations)).toEqual([]);
  });

  it('has looked at every folder that has code, and at its imports', () => {
    for (const folder of ['protocol', 'lambdas/core', 'lambdas/aws', 'lib', 'bin', 'local']) {
      const files = SOURCES.filter(({ path }) => path.startsWith(`${folder}/`));
      expect([folder, files.flatMap(({ text }) => importsOf(text)).length > 0]).toEqual([
        folder,
        true,
      ]);
    }
  });

  it.each([
    ['protocol/a.ts', '../lambdas/env.ts'],
    ['protocol/a.ts', 'node:crypto'],
    ['lambdas/core/a.ts', '@aws-sdk/client-dynamodb'],
    ['lambdas/core/a.ts', '../aws/clock.ts'],
    ['lambdas/core/deep/a.ts', '../../env.ts'],
    ['lambdas/core/a.ts', 'node:timers/promises'],
    ['lambdas/aws/a.ts', '../core/dispatch.ts'],
    ['lambdas/aws/a.ts', '../commands.ts'],
    ['lambdas/env.ts', './core/ports.ts'],
    ['lambdas/commands.ts', './queries.ts'],
    ['lambdas/commands.ts', '@aws-sdk/client-sqs'],
    ['lib/a.ts', '../lambdas/commands.ts'],
    ['lib/a.ts', '../lambdas/core/ports.ts'],
    ['bin/a.ts', '../lambdas/commands.ts'],
    ['client/a.ts', '../lambdas/core/ports.ts'],
    ['client/a.ts', 'node:events'],
    ['web/a.ts', '../protocol/errors.ts'],
    ['web/a.ts', '../lambdas/env.ts'],
    ['local/a.ts', '../protocol/limits.ts'],
    ['local/a.ts', '../lib/chat.ts'],
    ['local/a.ts', 'aws-cdk-lib'],
    ['lambdas/core/a.ts', '../../test/memory/clock.ts'],
    ['local/a.ts', '../test/support/until.ts'],
    ['bench/a.ts', '../test/support/until.ts'],
    ['test/a.test.ts', '../bench/main.ts'],
    ['somewhere/a.ts', './b.ts'],
  ])('bites: %s may not import %s', (path, specifier) => {
    expect(importViolations({ path, text: `import '${specifier}';` })).toHaveLength(1);
  });

  it.each([
    ['protocol/a.ts', 'zod'],
    ['lambdas/core/a.ts', '../../protocol/limits.ts'],
    ['lambdas/aws/a.ts', '../core/ports.ts'],
    ['lambdas/commands.ts', './env.ts'],
    ['lib/a.ts', '../lambdas/env.ts'],
    ['client/a.ts', '../protocol/version.ts'],
    ['web/a.ts', '../client/connect.ts'],
    ['local/a.ts', 'ws'],
  ])('lets pass: %s imports %s', (path, specifier) => {
    expect(importViolations({ path, text: `import '${specifier}';` })).toEqual([]);
  });

  it.each([
    ['static', `import x from 'it';`],
    ['for its effect', `import 'it';`],
    ['a namespace', `import * as x from 'it';`],
    ['a type', `import type { X } from 'it';`],
    ['a type in place', `let x: import('it').X;`],
    ['re-exported', `export { x } from 'it';`],
    ['re-exported whole', `export * from 'it';`],
    ['re-exported as a type', `export type { X } from 'it';`],
    ['dynamic', `const load = async () => await import('it');`],
    ['dynamic, as a template', 'void import(`it`);'],
    ['by require', `const x = require('it');`],
    ['by require.resolve', `const x = require.resolve('it');`],
    ['the old way', `import x = require('it');`],
  ])('sees an import: %s', (_way, text) => {
    expect(importsOf(text)).toEqual(['it']);
  });

  it('refuses an import whose target nobody can read', () => {
    const text = 'const load = async (name: string) => await import(name);';
    expect(importViolations({ path: 'lambdas/core/a.ts', text })).toEqual([
      'lambdas/core/a.ts may not import (computed)',
    ]);
  });

  it('takes no comment and no text for an import', () => {
    expect(importsOf(`// import 'it';\nconst x = "import 'it'"; export const y = x;`)).toEqual([]);
  });
});
