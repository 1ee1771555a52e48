/**
 * Calls every port at an endpoint that hangs up, then at one that refuses, and prints what became of each as one
 * line of JSON. A process of its own: jest gives a test errors of another realm than Node's own.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import {
  createConnectionsClient,
  createDynamoClient,
  createQueueClient,
} from '../../lambdas/aws/clients.ts';
import { createConnections } from '../../lambdas/aws/connections.ts';
import { createFanOutQueue } from '../../lambdas/aws/fan-out-queue.ts';
import { systemRandom } from '../../lambdas/aws/random.ts';
import { DynamoUserStore } from '../../lambdas/aws/user-store.ts';

let attempts = 0;
const server = createServer((socket) => {
  attempts += 1;
  socket.once('data', () => socket.destroy());
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
Object.assign(process.env, {
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});

const hungUp = await outcomes();
server.close();
await once(server, 'close');
const refused = await outcomes();
console.log(JSON.stringify({ hungUp, refused }));

async function outcomes(): Promise<Readonly<Record<string, unknown>>> {
  const users = new DynamoUserStore(createDynamoClient(), 'Users');
  const queue = createFanOutQueue(createQueueClient(), `${url}/1/q.fifo`, systemRandom);
  const connections = createConnections(createConnectionsClient(`${url}/dev`));
  return {
    table: await outcomeOf(users.getSessions('alice', 'eventual')),
    queue: await outcomeOf(queue.nudge('g_1', 1)),
    post: await outcomeOf(connections.post('a=', '{}')),
  };
}

async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  const before = attempts;
  const outcome = await call.catch((error: unknown) => (error as Error).name);
  return [outcome, attempts - before];
}
