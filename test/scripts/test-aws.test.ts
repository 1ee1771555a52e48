import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

describe('npm run test:aws', () => {
  it.each([undefined, '', 'localhost'])(
    'says in one sentence what to do with AWS_ENDPOINT_URL=%s',
    (AWS_ENDPOINT_URL) => {
      const { AWS_ENDPOINT_URL: _, ...rest } = process.env;
      const env = AWS_ENDPOINT_URL === undefined ? rest : { ...rest, AWS_ENDPOINT_URL };
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['--import', 'tsx', 'scripts/test-aws.ts'],
        { cwd: ROOT, env, encoding: 'utf8' },
      );
      expect(stderr).toMatch(/^Set AWS_ENDPOINT_URL to [^\n]+\.\n$/);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    },
    30_000,
  );
});
