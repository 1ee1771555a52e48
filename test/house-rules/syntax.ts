import { parseSync } from '@swc/core';

/** A node of the syntax tree: TypeScript 7 has no JS API for it yet, and swc is here for jest anyway. */
export interface SyntaxNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Calls `visit` for every node of a TypeScript source, parents first; `false` leaves out what is below. */
export function walk(source: string, visit: (node: SyntaxNode) => boolean | void): void {
  const root: unknown = parseSync(source, { syntax: 'typescript', tsx: false, target: 'es2023' });
  const waiting: unknown[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const goOn = isNode(next) ? visit(next) !== false : true;
    if (goOn && typeof next === 'object' && next !== null) {
      const below: unknown[] = Object.values(next);
      waiting.push(...below.filter((value) => typeof value === 'object').toReversed());
    }
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
}

/** The name of an identifier, or of what stands for one; nothing for any other node. */
export function nameOf(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Identifier' ? String(value['value']) : undefined;
}

/** The text of a string, or of a template without holes. */
export function textOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'StringLiteral') return String(value['value']);
  const quasis = value['quasis'];
  if (value.type !== 'TemplateLiteral' || !Array.isArray(quasis) || quasis.length !== 1) {
    return undefined;
  }
  const [only] = quasis as SyntaxNode[];
  return String(only?.['cooked']);
}
