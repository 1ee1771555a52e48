import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const SCRIPT = join(__dirname, '..', '..', '.ci', 'run');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Steps {
  readonly ci?: string;
  readonly check?: string;
  readonly quick?: string;
  readonly full?: string;
}

/** Runs `.ci/run` with an npm that does as it is told for each step. */
function run({ ci = ':', check = ':', quick = report(0, 0), full = report(0, 0) }: Steps) {
  const file = join(folder, 'npm');
  writeFileSync(
    file,
    `#!/usr/bin/env bash
for argument; do case $argument in --outputFile=*) out=\${argument#--outputFile=} ;; esac; done
case "$1 $2" in
  "ci "*) ${ci} ;;
  "run check") ${check} ;;
  "test --") ${quick} ;;
  "run test:full") ${full} ;;
  *) exit 99 ;;
esac
`,
  );
  chmodSync(file, 0o755);
  const PATH = [folder, dirname(process.execPath), process.env['PATH']].join(delimiter);
  const { status, stdout } = spawnSync('bash', [SCRIPT], {
    env: { ...process.env, PATH },
    encoding: 'utf8',
  });
  return { status, last: stdout.trimEnd().split('\n').at(-1) };
}

/** A shell command that leaves jest's report of so many tests. */
function report(passed: number, failed: number, brokenSuites = 0): string {
  const counts = {
    numPassedTests: passed,
    numFailedTests: failed,
    numRuntimeErrorTestSuites: brokenSuites,
  };
  return `echo '${JSON.stringify(counts)}' > "$out"`;
}

describe('.ci/run', () => {
  it('ends with what passed in both sets, and 0, when everything does', () => {
    expect(run({ quick: report(12, 0), full: report(5, 0) })).toEqual({
      status: 0,
      last: '17 passed, 0 failed',
    });
  });

  it('counts failed tests, and files that could not be run, and exits as jest did', () => {
    const full = `${report(12, 2, 1)}; exit 1`;
    expect(run({ quick: report(3, 0), full })).toEqual({
      status: 1,
      last: '15 passed, 3 failed',
    });
  });

  it('reports a failure when jest does not get as far as its tests', () => {
    expect(run({ quick: 'exit 7' })).toEqual({ status: 7, last: '0 passed, 1 failed' });
    expect(run({ quick: report(12, 0), full: 'exit 7' })).toEqual({
      status: 7,
      last: '12 passed, 1 failed',
    });
  });

  it('stops at the step that fails, exits as it did, and still says so last', () => {
    const rest = { quick: report(12, 0), full: report(5, 0) };
    expect(run({ ...rest, ci: 'exit 3' })).toEqual({ status: 3, last: '0 passed, 1 failed' });
    expect(run({ ...rest, check: 'exit 4' })).toEqual({ status: 4, last: '0 passed, 1 failed' });
    const quick = `${report(11, 1)}; exit 1`;
    expect(run({ ...rest, quick })).toEqual({ status: 1, last: '11 passed, 1 failed' });
  });
});
