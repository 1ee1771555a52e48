import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { ROOT_CREDENTIALS } from '../../../local/endpoint/caller.ts';
import { clientsOf, startTestEndpoint } from '../../support/local-endpoint.ts';
import type { TestEndpoint } from '../../support/local-endpoint.ts';
import { isAlive } from '../../support/is-alive.ts';
import { queue, resourcesOf, table } from '../../support/resources.ts';
import { ScriptProcess } from '../../support/script-process.ts';
import { Started } from '../../support/started.ts';
import { until } from '../../support/until.ts';

const resources = resourcesOf({ tables: [table('Things')], queues: [queue('jobs.fifo')] });
const QueueUrl = queue('jobs.fifo').url;
let dataDirectory: string;
let runner: ScriptProcess;
const started = new Started();

beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'runner-'));
  runner = new ScriptProcess('test/support/endpoint-process.ts', [dataDirectory]);
});
afterEach(async () => {
  await started.stop();
  await runner.kill();
  // A database that has just lost its runner may still be writing.
  rmSync(dataDirectory, { recursive: true, maxRetries: 10 });
});

async function runnerStarted(): Promise<{ readonly url: string; readonly database: number }> {
  const [line] = await runner.printed(/^\{.*\}$/m);
  return JSON.parse(line) as { readonly url: string; readonly database: number };
}

async function startNext(): Promise<TestEndpoint> {
  return started.add(startTestEndpoint(resources, { dataDirectory }));
}

describe('a runner that is killed with -9', () => {
  it('takes its database with it', async () => {
    const { database } = await runnerStarted();
    expect(isAlive(database)).toBe(true);
    await runner.kill('SIGKILL');
    await until(() => !isAlive(database));
    expect(isAlive(database)).toBe(false);
  });

  it('loses nothing that was acknowledged, in the middle of traffic', async () => {
    const { url } = await runnerStarted();
    const clients = clientsOf(url, ROOT_CREDENTIALS);
    const sent: string[] = [];
    const put: string[] = [];
    // Four senders go on until the kill ends them.
    const traffic = [0, 1, 2, 3].map(async (sender) => {
      for (let n = 0; ; n += 1) {
        const id = `${sender}-${String(n).padStart(4, '0')}`;
        await clients.dynamodb.send(
          new PutItemCommand({ TableName: 'Things', Item: { pk: { S: id }, sk: { S: '-' } } }),
        );
        put.push(id);
        await clients.sqs.send(
          new SendMessageCommand({
            QueueUrl,
            MessageBody: id,
            MessageGroupId: String(sender),
            MessageDeduplicationId: id,
          }),
        );
        sent.push(id);
      }
    });
    const ended = Promise.allSettled(traffic);
    await until(() => sent.length > 100);
    await runner.kill('SIGKILL');
    await ended;
    clients.dynamodb.destroy();
    clients.sqs.destroy();

    const next = await startNext();
    const { Items = [] } = await next.asRoot.dynamodb.send(
      new ScanCommand({ TableName: 'Things' }),
    );
    expect(Items.map((item) => item['pk']?.S)).toEqual(expect.arrayContaining(put));

    const received: string[] = [];
    for (;;) {
      const { Messages = [] } = await next.asRoot.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) break;
      for (const { Body = '', ReceiptHandle = '' } of Messages) {
        received.push(Body);
        next.endpoint.queues.byUrl(QueueUrl).delete(ReceiptHandle);
      }
    }
    expect(received).toEqual(expect.arrayContaining(sent));
    expect(new Set(received).size).toBe(received.length);
    for (const sender of ['0', '1', '2', '3']) {
      const own = received.filter((id) => id.startsWith(sender));
      expect(own).toEqual(own.toSorted());
    }
  });
});

describe('a data folder', () => {
  it('is refused in a sentence while another run has it', async () => {
    await runnerStarted();
    await expect(startNext()).rejects.toThrow(/is in use by another run \(process \d+\); end it/);
  });

  it('is taken over from a database that was left behind, which is ended', async () => {
    const { database } = await runnerStarted();
    // As if its runner were gone and its watchdog had been killed too: the id in the file is nobody's.
    writeFileSync(
      join(dataDirectory, 'database.json'),
      JSON.stringify({ runner: 2 ** 30, database }),
    );
    const next = await startNext();
    expect(next.log).toEqual([expect.stringContaining('left behind')]);
    expect(isAlive(database)).toBe(false);
  });
});
