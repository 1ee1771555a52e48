import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

describe('an endpoint that cannot be reached', () => {
  it('is unavailable to tables and queue after their attempts, and a failed post after one', () => {
    const script = join(__dirname, '../support/unreachable-process.ts');
    const printed = execFileSync(process.execPath, ['--import', 'tsx', script], {
      cwd: join(__dirname, '../..'),
      encoding: 'utf8',
    });
    expect(JSON.parse(printed)).toEqual({
      hungUp: { table: ['Unavailable', 3], queue: ['Unavailable', 2], post: ['failed', 1] },
      refused: { table: ['Unavailable', 0], queue: ['Unavailable', 0], post: ['failed', 0] },
    });
  });
});
