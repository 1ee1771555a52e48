import { nameOf, textOf, walk, type SyntaxNode } from './syntax.ts';

/** Names that reach past the ports: time, chance, timers, the environment. */
const AMBIENT = new Set([
  'process',
  'crypto',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
]);
/** What of these is harmless: the rest of them asks for the time, or for chance. */
const HARMLESS = {
  Date: /^(?:UTC|parse)$/,
  Math: /^(?!random$)/,
} as const;
/** What of `node:crypto` is chance. */
const CHANCE = /^(?:random|generate|getRandomValues|webcrypto|default$)/;
/** DynamoDB's ways to read without a key, or by an index. */
const SCANS =
  /^(?:dynamodb:)?(?:Scan|ScanCommand|paginateScan|PartiQL.*|ExecuteStatement.*|IndexName)$/;

/** Ways to wait that go on before all have ended. */
const ABANDONS = /^Promise\.(?:all|any|race)$/;

/** Uses of time, chance, timers and environment that should come through a port instead, in words. */
export function ambientUses(source: string): string[] {
  const found: string[] = [];
  const harmless = new Set<unknown>();
  walk(source, (node) => {
    const inner = insideOf(node);
    for (const part of inner.harmless) harmless.add(part);
    if (inner.found !== undefined) found.push(inner.found);
    if (node.type === 'ImportDeclaration') return false;
    const name = nameOf(node);
    if (name === undefined || harmless.has(node)) return true;
    if (AMBIENT.has(name) || Object.hasOwn(HARMLESS, name)) found.push(name);
    return true;
  });
  return found;
}

/** Reads of one variable: those are named in `lambdas/env.ts` alone, and the environment is passed on whole. */
export function environmentReads(source: string): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    const reads = node.type === 'MemberExpression' && memberOf(node['object']) === 'process.env';
    if (reads) found.push(`process.env.${nameOf(node['property']) ?? '…'}`);
  });
  return found;
}

/** Reads of a table without a key. */
export function scans(source: string): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    const name = nameOf(node) ?? textOf(node);
    if (name !== undefined && SCANS.test(name)) found.push(name);
  });
  return found;
}

/** Waiting for several promises that leaves some running: Lambda freezes them with the answer. */
export function abandonments(source: string): string[] {
  const found: string[] = [];
  walk(source, (node) => {
    const member = memberOf(node) ?? '';
    if (ABANDONS.test(member)) found.push(member);
  });
  return found;
}

/** What of a node's own parts is known to be harmless (or has been looked at with it), and what is found in it. */
function insideOf(node: SyntaxNode): { harmless: readonly unknown[]; found?: string } {
  switch (node.type) {
    case 'MemberExpression': {
      const { object, property } = node as { object?: unknown; property?: unknown };
      const root = nameOf(object);
      // Nothing for a computed one: nobody can read what it is.
      const name = nameOf(property) ?? '';
      if (root === 'globalThis') return { harmless: [] };
      if (root === undefined || !Object.hasOwn(HARMLESS, root)) return { harmless: [property] };
      const pattern = HARMLESS[root as keyof typeof HARMLESS];
      if (name !== '' && pattern.test(name)) return { harmless: [object, property] };
      return { harmless: [object, property], found: `${root}.${name}` };
    }
    case 'NewExpression': {
      // With an argument it is that time, not now.
      const given = Array.isArray(node['arguments']) && node['arguments'].length > 0;
      const isDate = nameOf(node['callee']) === 'Date';
      if (!isDate) return { harmless: [] };
      return { harmless: [node['callee']], ...(!given && { found: 'new Date()' }) };
    }
    case 'ImportDeclaration': {
      const from = textOf(node['source']) ?? '';
      const names = (node['specifiers'] as SyntaxNode[]).map((specifier) => ({
        imported: nameOf(specifier['imported']) ?? nameOf(specifier['local']) ?? '',
        whole: specifier.type !== 'ImportSpecifier',
      }));
      const bad =
        from.startsWith('node:timers') ||
        from === 'node:process' ||
        from === 'node:perf_hooks' ||
        (from === 'node:crypto' &&
          names.some(({ imported, whole }) => whole || CHANCE.test(imported)));
      return { harmless: [], ...(bad && { found: `${names[0]?.imported ?? ''} of ${from}` }) };
    }
    // Names of properties and types are no uses.
    case 'KeyValueProperty':
    case 'KeyValuePatternProperty':
    case 'MethodProperty':
    case 'ClassMethod':
    case 'ClassProperty':
    case 'TsPropertySignature':
    case 'TsMethodSignature':
      return { harmless: [node['key']] };
    case 'TsTypeReference':
      return { harmless: [node['typeName']] };
    default:
      return { harmless: [] };
  }
}

function memberOf(node: unknown): string | undefined {
  const { type, object, property } = (node ?? {}) as Partial<SyntaxNode>;
  return type === 'MemberExpression'
    ? `${nameOf(object) ?? ''}.${nameOf(property) ?? ''}`
    : undefined;
}
