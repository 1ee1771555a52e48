import { filesOf } from '../house-rules/source-tree.ts';
import { FAULTS, PENDING, type Fault } from './rows.ts';
import { testNamesOf } from './test-names.ts';

const IDS = Object.keys(FAULTS) as Fault[];

const NAMES = filesOf(/^test\/.*\.test\.ts$/).flatMap(({ text }) => testNamesOf(text));
const TESTED = new Set(NAMES.map((name) => /^F-\d+\b/.exec(name)?.[0]));

function isTested(id: Fault): boolean {
  return TESTED.has(id);
}

describe('the catalogue of faults', () => {
  it('has a test for every row, but for those that are pending', () => {
    const untested = IDS.filter((id) => !isTested(id) && PENDING[id] === undefined);
    expect(untested.map((id) => `${id} ${FAULTS[id]}`)).toEqual([]);
  });

  it('keeps no row pending that has a test by now: take it off the list in rows.ts', () => {
    const done = IDS.filter((id) => PENDING[id] !== undefined && isTested(id));
    expect(done).toEqual([]);
  });

  it('names only rows that exist in tests: a wrong id would be a test of nothing', () => {
    const unknown = [...TESTED].filter((id) => id !== undefined && !Object.hasOwn(FAULTS, id));
    expect(unknown).toEqual([]);
  });

  it('prints what is pending', () => {
    const lines = IDS.flatMap((id) => {
      const waitsFor = PENDING[id];
      return waitsFor === undefined ? [] : [`  ${id} ${FAULTS[id]} — ${waitsFor}`];
    });
    if (lines.length > 0) {
      process.stdout.write(`${lines.length} faults without a test so far:\n${lines.join('\n')}\n`);
    }
    expect(lines).toHaveLength(Object.keys(PENDING).length);
  });
});

describe('the search for tests', () => {
  it.each([
    [`it('F-01 does', () => {});`],
    [`test("F-01 does", () => {});`],
    ['it(`F-01 does ${what}`, () => {});'],
    [`describe('x', () => { it('F-01 does', () => {}); });`],
    [`it.each([[1]])('F-01 does', () => {});`],
    ['it.each`a\n${1}`("F-01 does", () => {});'],
  ])('finds %s', (source) => {
    expect(testNamesOf(source).filter((name) => name.startsWith('F-01'))).toHaveLength(1);
  });

  it.each([
    [`// it('F-01 does', () => {});`],
    [`it.skip('F-01 does', () => {});`],
    [`it.skip.each([[1]])('F-01 does', () => {});`],
    [`it.todo('F-01 does');`],
    [`xit('F-01 does', () => {});`],
    [`describe('F-01', () => {});`],
    [`const text = "it('F-01 does')";`],
  ])('takes %s for none', (source) => {
    expect(testNamesOf(source).filter((name) => name.startsWith('F-01'))).toEqual([]);
  });
});
