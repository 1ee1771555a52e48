import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendants } from '../support/descendants.ts';
import { isAlive } from '../support/is-alive.ts';
import { SocketClient } from '../support/socket-client.ts';
import { until } from '../support/until.ts';
import { freePort, RunnerProcess } from './runner-process.ts';
import { writeSmallStack } from './small-stack.ts';

const runners: RunnerProcess[] = [];
const servers: Server[] = [];

function run(args: readonly string[], cwd?: string): RunnerProcess {
  const runner = new RunnerProcess(args, cwd);
  runners.push(runner);
  return runner;
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'test-main-'));
}

/** What a person sees of a start that fails. */
async function failure(args: readonly string[], cwd = newFolder()): Promise<string> {
  const runner = run(args, cwd);
  const code = await runner.ended();
  expect(code).toBe(1);
  expect(runner.stdout).toMatch(/^(Synthesizing the app …\n)?$/);
  const lines = runner.stderr.trim().split('\n');
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

/** An assembly that runs on a free port. */
async function runSmallStack(
  assembly = writeSmallStack(),
  data = newFolder(),
): Promise<{ runner: RunnerProcess; url: string; data: string; assembly: string }> {
  const port = await freePort();
  const runner = run(['--assembly', assembly, '--port', String(port), '--data', data]);
  await runner.printed(/Small runs at/);
  return { runner, url: `ws://127.0.0.1:${port}`, data, assembly };
}

async function ask(client: SocketClient, frame: object): Promise<unknown> {
  client.send(frame);
  return client.next();
}

afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.kill()));
  for (const server of servers.splice(0)) server.close();
});

describe('a start that fails', () => {
  it('says that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    servers.push(other);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await failure(['--port', String(port)])).toBe(
      `port ${port} is taken; end what listens there, or choose another port`,
    );
  });

  it('says that there is no assembly', async () => {
    const port = String(await freePort());
    expect(await failure(['--port', port, '--assembly', 'nowhere'])).toBe(
      'there is no cloud assembly in nowhere (no manifest.json); make one with "cdk synth"',
    );
  });

  it('says that a file is where the data folder would be', async () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, 'Mine.');
    const port = String(await freePort());
    expect(await failure(['--port', port, '--data', file])).toBe(
      `the data folder ${file} cannot be made (a file is in its way); choose another`,
    );
  });

  it('says that there is no app', async () => {
    const port = String(await freePort());
    expect(await failure(['--port', port])).toMatch(/^there is no cdk\.json here; start in/);
  });

  it('says what the app said when it cannot be synthesized', async () => {
    const folder = newFolder();
    const app = `node -e "throw new RangeError('stage is missing')"`;
    writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app }));
    const port = String(await freePort());
    expect(await failure(['--port', port], folder)).toBe(
      'the app of cdk.json could not be synthesized; RangeError: stage is missing',
    );
  });

  it('says which handler throws at load', async () => {
    const assembly = writeSmallStack({ code: `throw new TypeError('no table');` });
    const port = String(await freePort());
    const runner = run(['--port', port, '--assembly', assembly, '--data', newFolder()]);
    expect(await runner.ended()).toBe(1);
    expect(runner.stderr.trim()).toMatch(
      /^the handler of Small-Routes-\w+ cannot be loaded; TypeError: no table$/,
    );
  });

  it('names an option that it does not know', async () => {
    expect(await failure(['--prot', '1'])).toBe(
      "Unknown option '--prot'; --help lists the options",
    );
  });

  it('refuses a data folder that another run uses, and leaves its data alone', async () => {
    const { data, url, assembly } = await runSmallStack();
    const client = await SocketClient.connect(url);
    await ask(client, { do: 'put', key: 'k', value: 'kept' });
    const port = String(await freePort());
    const second = ['--assembly', assembly, '--data', data, '--port', port];
    expect(await failure([...second, '--fresh'])).toMatch(/is in use by another run/);
    expect(await ask(client, { do: 'get', key: 'k' })).toMatchObject({ answer: 'kept' });
  });
});

it('explains itself', async () => {
  const runner = run(['--help']);
  expect(await runner.ended()).toBe(0);
  expect(runner.stdout).toContain('npm run local -- --assembly');
});

it('names what it does not run in one warning, and runs the rest', async () => {
  const assembly = writeSmallStack();
  const template = join(assembly, 'Small.template.json');
  const { Resources, ...rest } = JSON.parse(readFileSync(template, 'utf8')) as {
    Resources: object;
  };
  const more = {
    Cdn: { Type: 'AWS::CloudFront::Distribution' },
    Map: { Type: 'AWS::Location::Map' },
  };
  writeFileSync(template, JSON.stringify({ ...rest, Resources: { ...Resources, ...more } }));
  const { runner } = await runSmallStack(assembly);
  expect(runner.stderr.trim()).toBe(
    'The local cloud does not run: AWS::CloudFront::Distribution, AWS::Location::Map',
  );
});

describe('the end of a run', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends everything that it started on %s',
    async (signal) => {
      const { runner, url } = await runSmallStack();
      const client = await SocketClient.connect(url);
      const started = descendants(runner.child.pid ?? 0);
      expect(started.length).toBeGreaterThanOrEqual(4);
      expect(await runner.kill(signal)).toBe(0);
      expect(await client.closed).toMatchObject({ code: 1012 });
      await until(() => !started.some(isAlive));
    },
  );

  it('ends everything that it started when it is killed, and keeps the data for the next', async () => {
    const { runner, url, data, assembly } = await runSmallStack();
    const client = await SocketClient.connect(url);
    await ask(client, { do: 'put', key: 'k', value: 'kept' });
    const started = descendants(runner.child.pid ?? 0);
    await runner.kill('SIGKILL');
    await until(() => !started.some(isAlive));

    const next = await runSmallStack(assembly, data);
    const reader = await SocketClient.connect(next.url);
    expect(await ask(reader, { do: 'get', key: 'k' })).toMatchObject({ answer: 'kept' });
  });

  it('forgets the data with --fresh', async () => {
    const { runner, url, data, assembly } = await runSmallStack();
    await ask(await SocketClient.connect(url), { do: 'put', key: 'k', value: 'kept' });
    await runner.kill('SIGINT');
    writeFileSync(join(data, 'letter.txt'), 'Mine.');
    mkdirSync(join(data, 'letters'));
    writeFileSync(join(data, 'letters', 'tables.db.txt'), 'Mine, too.');
    writeFileSync(join(data, 'letters', 'another.txt'), 'Mine, too.');

    const port = await freePort();
    const next = ['--assembly', assembly, '--port', String(port), '--data', data, '--fresh'];
    await run(next).printed(/Small runs at/);
    const reader = await SocketClient.connect(`ws://127.0.0.1:${port}`);
    expect(await ask(reader, { do: 'get', key: 'k' })).not.toHaveProperty('answer');
    // Only what runs have made: --data may name any folder.
    expect(readFileSync(join(data, 'letter.txt'), 'utf8')).toBe('Mine.');
    expect(readdirSync(join(data, 'letters'))).toEqual(['another.txt', 'tables.db.txt']);
  });
});

describe('a change of the assembly', () => {
  it('is taken over, or named where it cannot be', async () => {
    const { runner, url, assembly } = await runSmallStack();
    const client = await SocketClient.connect(url);
    writeSmallStack({ version: '2' }, assembly);
    await runner.printed(/^Reloaded\.$/m);
    // What is written slowly may be taken over in two steps.
    await until(async () => {
      const { version } = (await ask(client, { do: 'get', key: 'k' })) as { version: string };
      return version === '2';
    });

    writeSmallStack({ code: `throw new TypeError('no table');` }, assembly);
    await runner.printed(/TypeError: no table; the old code goes on\.$/m);
    expect(await ask(client, { do: 'get', key: 'k' })).toMatchObject({ version: '2' });

    writeSmallStack({ routes: ['get', 'new'] }, assembly);
    await runner.printed(/^Started\.$/m);
    expect(await client.closed).toMatchObject({ code: 1012 });
    const again = await SocketClient.connect(url);
    expect(await ask(again, { do: 'new' })).toMatchObject({ did: 'new' });
  });
});

it("synthesizes this folder's app with the local issuer in its context, and follows its sources", async () => {
  const folder = newFolder();
  const source = writeSmallStack();
  // An app as the cdk command would call it: it finds in its environment where to write, and the context.
  const app = `
    const { cpSync, readFileSync, writeFileSync } = require('node:fs');
    const { CDK_OUTDIR, CDK_CONTEXT_JSON } = process.env;
    cpSync(${JSON.stringify(source)}, CDK_OUTDIR, { recursive: true });
    const code = "export const handler = async () => ({ statusCode: 200, body: JSON.stringify(CONTEXT) });";
    const text = code + "const CONTEXT = " + CDK_CONTEXT_JSON + ";" + readFileSync('lambdas/more.js', 'utf8');
    writeFileSync(CDK_OUTDIR + '/asset.routes/index.mjs', text);`;
  writeFileSync(join(folder, 'app.cjs'), app);
  mkdirSync(join(folder, 'lambdas'));
  writeFileSync(join(folder, 'lambdas', 'more.js'), '');
  writeFileSync(
    join(folder, 'cdk.json'),
    JSON.stringify({ app: 'node app.cjs', context: { own: true } }),
  );
  const port = await freePort();
  const runner = run(['--port', String(port)], folder);
  const [, example = ''] = await runner.printed(/A token: +curl -s (\S+)/);
  const client = await SocketClient.connect(`ws://127.0.0.1:${port}`);
  const issuer = `http://localhost:${port}/dev`;
  const jwksUrl = `http://127.0.0.1:${port}/dev/.well-known/jwks.json`;
  expect(await ask(client, { do: 'get' })).toEqual({
    own: true,
    stage: 'local',
    issuer,
    audience: expect.any(String) as string,
    jwksUrl,
  });
  const token = await fetch(example, { method: 'POST', body: '{"userId":"alice"}' });
  expect(await token.json()).toEqual({ token: expect.any(String) as string });

  writeFileSync(join(folder, 'lambdas', 'more.js'), 'CONTEXT.version = 2;');
  await runner.printed(/^Reloaded\.$/m);
  expect(await ask(client, { do: 'get' })).toMatchObject({ version: 2 });
});
