/**
 * A runner of its own for tests that kill it: the local endpoint with a table `Things` and a queue `jobs.fifo`
 * on the data folder of the first argument. Prints one line of JSON: url, and the database's process id.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../local/clock.ts';
import { startEndpoint } from '../../local/endpoint/endpoint.ts';
import { queue, resourcesOf, table } from './resources.ts';

const [, , dataDirectory = ''] = process.argv;
const { url } = await startEndpoint({
  resources: resourcesOf({ tables: [table('Things')], queues: [queue('jobs.fifo')] }),
  dataDirectory,
  clock: systemClock,
  gateways: () => undefined,
});
const { database } = JSON.parse(readFileSync(join(dataDirectory, 'database.json'), 'utf8')) as {
  readonly database: number;
};
console.log(JSON.stringify({ url, database }));
