import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

function run(AWS_ENDPOINT_URL: string | undefined) {
  const { AWS_ENDPOINT_URL: _, ...rest } = process.env;
  const env = AWS_ENDPOINT_URL === undefined ? rest : { ...rest, AWS_ENDPOINT_URL };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/test-aws.ts'],
    { cwd: ROOT, env, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

describe('npm run test:aws', () => {
  it.each([undefined, '', 'localhost'])(
    'says in one sentence what to do with AWS_ENDPOINT_URL=%s',
    (value) => {
      const { stderr, ...rest } = run(value);
      expect(stderr).toMatch(/^Set AWS_ENDPOINT_URL to [^\n]+\.\n$/);
      expect(rest).toEqual({ status: 1, stdout: '' });
    },
  );

  it('says so if nothing answers there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(run(`http://127.0.0.1:${port}`)).toEqual({
      status: 1,
      stdout: '',
      stderr: `Nothing answers at http://127.0.0.1:${port}; start the endpoint, then run npm run test:aws again.\n`,
    });
  });
});
