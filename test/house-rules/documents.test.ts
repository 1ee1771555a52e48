import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { filesOf, ROOT } from './source-tree.ts';

const DOCUMENTS = filesOf(/^(?:README|docs\/.+)\.md$/);

/** A file or folder of the project, as a document names it. */
const PATH =
  /^(?:bench|bin|client|core|docs|lambdas|lib|local|protocol|scripts|test|web)\/[\w./-]*$/;
/** What a document makes up to show how something is done. */
const EXAMPLES = /count-members/;

/** What a document says is there: targets of links, and paths in its text. */
function namedBy({ path, text }: (typeof DOCUMENTS)[number]): string[] {
  const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = '']) =>
    posix.join(posix.dirname(path), target),
  );
  const paths = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...links, ...paths.filter((code) => PATH.test(code) && !EXAMPLES.test(code))];
}

function isThere(path: string): boolean {
  return existsSync(join(ROOT, path.startsWith('core/') ? `lambdas/${path}` : path));
}

describe('the documents', () => {
  it('name no file that is not there', () => {
    const missing = DOCUMENTS.flatMap((document) =>
      namedBy(document)
        .filter((path) => !isThere(path))
        .map((path) => `${document.path}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it('have been read: links, folders and files', () => {
    expect(DOCUMENTS.flatMap(namedBy)).toEqual(
      expect.arrayContaining(['docs/PROTOCOL.md', 'lambdas/', 'core/render-event.ts']),
    );
  });

  it('bites', () => {
    const text = 'See [this](nowhere.md#x) and `lib/nothing.ts`, not [that](https://example.com/).';
    expect(namedBy({ path: 'docs/a.md', text })).toEqual(['docs/nowhere.md', 'lib/nothing.ts']);
    expect(['docs/nowhere.md', 'lib/nothing.ts'].map(isThere)).toEqual([false, false]);
  });
});
