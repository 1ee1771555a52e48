import { posix } from 'node:path';
import { COMPUTED, importsOf } from './imports.ts';
import type { SourceFile } from './source-tree.ts';

/** What the files of a part of the project may import. A part may always import itself. */
interface Row {
  readonly part: RegExp;
  /** Paths of our own files. */
  readonly own: RegExp;
  /** Packages; Node's own ones with their `node:`. */
  readonly packages: RegExp;
}

const NOTHING = /^$/;
const NODE = 'node:.*';

/** DESIGN §7, first match first. */
const TABLE: readonly Row[] = [
  { part: /^protocol\//, own: /^protocol\//, packages: /^zod$/ },
  {
    part: /^lambdas\/core\//,
    own: /^(?:lambdas\/core|protocol)\//,
    packages: /^(?:zod|jose|node:crypto)$/,
  },
  {
    part: /^lambdas\/aws\//,
    own: /^(?:lambdas\/aws\/|protocol\/|lambdas\/core\/ports\.ts$|lambdas\/env\.ts$)/,
    packages: new RegExp(`^(?:@aws-sdk/.*|aws-lambda|jose|zod|${NODE})$`),
  },
  { part: /^lambdas\/env\.ts$/, own: NOTHING, packages: NOTHING },
  {
    part: /^lambdas\/[^/]+$/,
    own: /^(?:lambdas\/core\/|lambdas\/aws\/|protocol\/|lambdas\/env\.ts$)/,
    packages: /^aws-lambda$/,
  },
  {
    part: /^lib\//,
    own: /^(?:lib\/|protocol\/|lambdas\/env\.ts$)/,
    packages: new RegExp(`^(?:aws-cdk-lib(?:/.*)?|constructs|cdk-nag|esbuild|${NODE})$`),
  },
  {
    part: /^bin\//,
    own: /^lib\//,
    packages: new RegExp(`^(?:aws-cdk-lib|constructs|cdk-nag|${NODE})$`),
  },
  { part: /^client\//, own: /^(?:client|protocol)\//, packages: NOTHING },
  { part: /^web\//, own: /^(?:web|client)\//, packages: NOTHING },
  // A small AWS: it finds the chat's code through the template alone.
  { part: /^local\//, own: /^local\//, packages: /^(?!aws-cdk)/ },
  { part: /^scripts\//, own: /^scripts\//, packages: /^/ },
  { part: /^bench\//, own: /^(?!test\/)/, packages: /^/ },
  { part: /^test\//, own: /^(?!bench\/)/, packages: /^/ },
];

/** The one place that loads what it is told to: a function's handler. */
const LOADERS = new Set(['local/lambda/runtime/load-handler.ts']);

/** A file's imports that the import table does not allow, each as a sentence. */
export function importViolations({ path, text }: SourceFile): string[] {
  const row = TABLE.find(({ part }) => part.test(path));
  if (row === undefined) return [`${path} lies in no folder of the import table`];
  return importsOf(text)
    .filter((specifier) => !isAllowed(path, specifier, row))
    .map((specifier) => `${path} may not import ${specifier}`);
}

function isAllowed(path: string, specifier: string, row: Row): boolean {
  if (specifier === COMPUTED) return path.startsWith('test/') || LOADERS.has(path);
  if (!/^[./]/.test(specifier)) return row.packages.test(specifier);
  return row.own.test(posix.join(posix.dirname(path), specifier));
}
