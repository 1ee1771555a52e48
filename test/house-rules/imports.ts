import { nameOf, textOf, walk, type SyntaxNode } from './syntax.ts';

/** Stands for an import whose target is computed when it runs. */
export const COMPUTED = '(computed)';

/**
 * What a source imports, in whatever way: static and dynamic imports, re-exports, types too, `require` and
 * `require.resolve`.
 */
export function importsOf(source: string): string[] {
  const specifiers: string[] = [];
  walk(source, (node) => {
    const target = targetOf(node);
    if (target !== undefined) specifiers.push(textOf(target) ?? COMPUTED);
  });
  return specifiers;
}

function targetOf(node: SyntaxNode): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return node['source'] ?? undefined;
    case 'TsImportType':
      return node['argument'];
    case 'TsExternalModuleReference':
      return node['expression'];
    case 'CallExpression':
      return isImportCall(node['callee'] as SyntaxNode) ? firstArgument(node) : undefined;
    default:
      return undefined;
  }
}

function isImportCall(callee: SyntaxNode): boolean {
  if (callee.type === 'Import' || nameOf(callee) === 'require') return true;
  return callee.type === 'MemberExpression' && nameOf(callee['object']) === 'require';
}

function firstArgument(call: SyntaxNode): unknown {
  const [first] = call['arguments'] as { readonly expression: SyntaxNode }[];
  return first?.expression ?? call;
}
