import type { SourceFile } from './source-tree.ts';

/** A source file of more lines is split (STYLE 9). */
export const LONGEST_FILE = 400;

/** Folders of one person's or one machine's disk. Lambda's own folders are none of them. */
const MACHINE_PATH = /(?<![\w.$}/-])\/(?:home|root|work|Users|tmp)\/[\w.-]+/;
const REGISTRY_HOST = /\b(?:[\w-]+\.)*(?:npm(?:js)|yarn(?:pkg)|artifactory|verdaccio)(?:\.[\w-]+)+/;

/** What of a file says where, or out of which registry, it was made. */
export function tracesOfAMachine({ path, text }: SourceFile): string[] {
  return [MACHINE_PATH, REGISTRY_HOST].flatMap((pattern) => {
    const found = pattern.exec(text)?.[0];
    return found === undefined ? [] : [`${path}: ${found}`];
  });
}

export function linesOf(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
