import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { startCloud } from '../../local/cloud.ts';
import type { Cloud, CloudOptions } from '../../local/cloud.ts';
import { UserError } from '../../local/user-error.ts';
import { isAlive } from '../support/is-alive.ts';
import { SocketClient } from '../support/socket-client.ts';
import { Started } from '../support/started.ts';
import { until } from '../support/until.ts';
import { writeSmallStack } from './small-stack.ts';
import type { SmallStack } from './small-stack.ts';

const started = new Started();

async function start(stack: SmallStack = {}, options: Partial<CloudOptions> = {}): Promise<Cloud> {
  return started.add(startCloud({ assemblyDirectory: writeSmallStack(stack), ...options }));
}

async function ask(client: SocketClient, frame: object): Promise<unknown> {
  client.send(frame);
  return client.next();
}

afterEach(() => started.stop());

describe('a cloud', () => {
  it('runs what stands in the template: routes, tables, queues, workers and @connections', async () => {
    const cloud = await start();
    const client = await SocketClient.connect(cloud.url);
    expect(await ask(client, { do: 'put', key: 'k', value: 'v' })).toMatchObject({ did: 'put' });
    expect(await ask(client, { do: 'get', key: 'k' })).toMatchObject({ answer: 'v' });

    const frames = [await ask(client, { do: 'later', text: 'hello' }), await client.next()];
    expect(frames).toContainEqual(expect.objectContaining({ did: 'later' }));
    expect(frames).toContainEqual({ posted: 'hello' });
    await until(() =>
      cloud.logs().find(({ source, text }) => `${source} ${text}` === 'Worker posting'),
    );
  });

  it('serves an API under its id too', async () => {
    const { urls } = await start();
    const [url = ''] = urls.values();
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/_api\/[a-z0-9]{10}\/live$/);
    const client = await SocketClient.connect(url);
    expect(await ask(client, { do: 'get', key: 'x' })).toMatchObject({ did: 'get' });
    await expect(
      SocketClient.connect(url.replace(/_api\/\w+/, '_api/nobody')),
    ).rejects.toMatchObject({ status: 403 });
  });

  it('asks who comes by plain HTTP for a WebSocket', async () => {
    const { url } = await start();
    const response = await fetch(url.replace('ws:', 'http:'));
    expect(response.status).toBe(426);
  });

  it('refuses a call that the role in the template does not grant', async () => {
    const cloud = await start({ tableActions: ['dynamodb:GetItem'] });
    const client = await SocketClient.connect(cloud.url);
    expect(await ask(client, { do: 'get', key: 'k' })).toMatchObject({ did: 'get' });
    expect(await ask(client, { do: 'put', key: 'k', value: 'v' })).toMatchObject({
      answer: 'AccessDeniedException',
    });
  });

  it('keeps its tables in the data folder', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'test-data-'));
    const first = await start({}, { dataDirectory });
    const writer = await SocketClient.connect(first.url);
    await ask(writer, { do: 'put', key: 'k', value: 'kept' });
    await first.stop();

    const second = await start({}, { dataDirectory });
    const reader = await SocketClient.connect(second.url);
    expect(await ask(reader, { do: 'get', key: 'k' })).toMatchObject({ answer: 'kept' });
  });

  it('closes every connection when it stops', async () => {
    const cloud = await start();
    const client = await SocketClient.connect(cloud.url);
    await cloud.stop();
    expect(await client.closed).toMatchObject({ code: 1012 });
    await expect(fetch(cloud.endpointUrl)).rejects.toThrow('fetch failed');
  });
});

describe('a cloud whose stack changes', () => {
  it('serves new code to connections that are open', async () => {
    const cloud = await start({ version: '1' });
    const client = await SocketClient.connect(cloud.url);
    expect(await ask(client, { do: 'get', key: 'k' })).toMatchObject({ version: '1' });
    const next = await readAssembly(writeSmallStack({ version: '2' }));
    expect(await cloud.reload(next)).toEqual({ kind: 'reloaded' });
    expect(await ask(client, { do: 'get', key: 'k' })).toMatchObject({ version: '2' });
  });

  it('keeps the old code when the new cannot be loaded', async () => {
    const cloud = await start({ version: '1' });
    const broken = await readAssembly(writeSmallStack({ code: 'throw new Error("no");' }));
    expect(await cloud.reload(broken)).toMatchObject({
      kind: 'failed',
      failures: [{ errorType: 'Error', errorMessage: 'no' }],
    });
    const client = await SocketClient.connect(cloud.url);
    expect(await ask(client, { do: 'get', key: 'k' })).toMatchObject({ version: '1' });
  });

  it('says that it must start anew when more than functions has changed', async () => {
    const cloud = await start();
    const routes = await readAssembly(writeSmallStack({ routes: ['put', 'get', 'later', 'new'] }));
    expect(await cloud.reload(routes)).toEqual({ kind: 'restart' });
    const rights = await readAssembly(writeSmallStack({ tableActions: [] }));
    expect(await cloud.reload(rights)).toEqual({ kind: 'restart' });
  });
});

describe('a cloud that cannot start', () => {
  it('says in one sentence which handler cannot be loaded, and leaves nothing running', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'test-data-'));
    let database = 0;
    const starting = start(
      { code: 'throw new TypeError("no table\\nin sight");' },
      {
        dataDirectory,
        // What the handler writes comes while the database runs.
        log: () => {
          const text = readFileSync(join(dataDirectory, 'database.json'), 'utf8');
          ({ database } = JSON.parse(text) as { database: number });
        },
      },
    );
    await expect(starting).rejects.toThrow(UserError);
    await expect(starting).rejects.toThrow(
      /^the handler of Small-Routes-\w+ cannot be loaded; TypeError: no table$/,
    );
    expect(database).toBeGreaterThan(0);
    await until(() => !isAlive(database));
  });
});
