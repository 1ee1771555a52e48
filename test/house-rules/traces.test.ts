import { filesOf } from './source-tree.ts';
import { LONGEST_FILE, linesOf, tracesOfAMachine } from './traces.ts';

const TEXTS = filesOf(
  /(?:\.(?:ts|tsx|js|mjs|cjs|json|md|html|css|yml|yaml|sh)|\/run|\/\.[^/]+)$|^\.[^/]+$/,
);

describe('the project’s files', () => {
  it('name no path of a machine and no host of a registry', () => {
    expect(TEXTS.flatMap(tracesOfAMachine)).toEqual([]);
  });

  it('have all been looked at', () => {
    const paths = TEXTS.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['.npmrc', '.ci/run', 'package.json', 'docs/PROTOCOL.md']),
    );
  });

  // Put together here, or this file would be found itself.
  it.each([
    ['', 'home', 'alice', 'parley'].join('/'),
    `"${['', 'work', 'main'].join('/')}"`,
    `cd ${['', 'tmp', 'bundle'].join('/')}`,
    `https://${['registry', 'npmjs', 'org'].join('.')}/`,
  ])('bites: %s', (text) => {
    expect(tracesOfAMachine({ path: 'a.md', text })).toHaveLength(1);
  });

  it.each(['/var/task/index.mjs', './work/it', 'https://example.com/home/alice', '/tmp'])(
    'lets pass: %s',
    (text) => {
      expect(tracesOfAMachine({ path: 'a.md', text })).toEqual([]);
    },
  );
});

describe('a source file', () => {
  it(`has at most ${LONGEST_FILE} lines`, () => {
    const long = filesOf(/^(?:bench|bin|client|lambdas|lib|local|protocol|scripts|web)\/.*\.ts$/)
      .filter(({ text }) => linesOf(text) > LONGEST_FILE)
      .map(({ path, text }) => `${path}: ${linesOf(text)} lines`);
    expect(long).toEqual([]);
  });

  it('is counted by its lines', () => {
    expect([linesOf('a\nb\n'), linesOf('a\nb'), linesOf('')]).toEqual([2, 2, 1]);
  });
});
