import { nameOf, textOf, walk, type SyntaxNode } from '../house-rules/syntax.ts';

/** The names of a source's tests that run: those of `it` and `test`, with a table too; none that is skipped. */
export function testNamesOf(source: string): string[] {
  const names: string[] = [];
  walk(source, (node) => {
    if (node.type !== 'CallExpression' || !isTest(node['callee'] as SyntaxNode)) return;
    const [first] = node['arguments'] as { readonly expression: SyntaxNode }[];
    const name = beginningOf(first?.expression);
    if (name !== undefined) names.push(name);
  });
  return names;
}

/** `it`, `test`, `it.concurrent`, `it.each(…)`, `` it.each`…` ``. */
function isTest(callee: SyntaxNode): boolean {
  switch (callee.type) {
    case 'Identifier':
      return ['it', 'test'].includes(nameOf(callee) ?? '');
    case 'MemberExpression': {
      const property = nameOf(callee['property']) ?? '';
      return !['skip', 'todo'].includes(property) && isTest(callee['object'] as SyntaxNode);
    }
    case 'CallExpression':
      return isTest(callee['callee'] as SyntaxNode);
    case 'TaggedTemplateExpression':
      return isTest(callee['tag'] as SyntaxNode);
    default:
      return false;
  }
}

/** A text, or what of a template stands before its first hole. */
function beginningOf(node: SyntaxNode | undefined): string | undefined {
  if (node?.type !== 'TemplateLiteral') return textOf(node);
  const [first] = node['quasis'] as { readonly cooked: string }[];
  return first?.cooked;
}
