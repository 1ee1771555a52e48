import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { watch } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readAssembly } from './assembly/read-assembly.ts';
import type { Resources } from './assembly/resources.ts';
import { chaosFaults, CHAOS_GATEWAY_FAULTS } from './chaos.ts';
import { startCloud } from './cloud.ts';
import type { Cloud, CloudLog } from './cloud.ts';
import { createDevIssuer, DEV_AUDIENCE, DEV_ISSUER_PATH } from './dev-issuer.ts';
import { listen } from './listen.ts';
import { synthesize } from './synthesize.ts';
import { UserError } from './user-error.ts';

const DATA_DIRECTORY = '.parley';
const DEFAULT_PORT = 4000;
const WATCHED = ['lambdas', 'protocol'];
/** An editor saves in several writes. */
const SETTLE_MS = 150;

const HELP = `Runs the stack on this machine.

  npm start                             this project's own stack, synthesized anew
  npm start -- --fresh                  forgets the data of earlier runs first
  npm start -- --port 5000              another port than ${DEFAULT_PORT}
  npm start -- --chaos                  lets calls fail, as they do on AWS on a bad day
  npm run local -- --assembly cdk.out   any synthesized assembly
`;

/** Between the port's opening and the issuer's. */
const notReady: RequestListener = (_request, response) => {
  response.writeHead(503).end();
};

interface Options {
  readonly assembly?: string;
  readonly port: number;
  readonly fresh: boolean;
  readonly chaos: boolean;
  readonly verbose: boolean;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exit(1);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') return console.log(HELP);
  if (options.fresh) await rm(DATA_DIRECTORY, { recursive: true, force: true });

  let handle = notReady;
  const server = createServer((request, response) => handle(request, response));
  await listen(server, options.port);

  const issuerUrl = `http://localhost:${options.port}${DEV_ISSUER_PATH}`;
  const readResources = (): Promise<Resources> => resourcesOf(options, issuerUrl);
  const [issuer, resources] = await Promise.all([
    createDevIssuer(issuerUrl, DATA_DIRECTORY),
    readResources(),
  ]);
  handle = issuer.handle;
  if (resources.unknownTypes.length > 0) {
    console.warn(`Not run on this machine: ${resources.unknownTypes.join(', ')}`);
  }
  const cloud = await startCloud({
    resources,
    server,
    dataDirectory: join(DATA_DIRECTORY, resources.stackName),
    log: logTo(options),
    ...(options.chaos && { faults: chaosFaults(), gatewayFaults: CHAOS_GATEWAY_FAULTS }),
  });
  stopOnSignals(cloud);
  if (options.assembly === undefined) reloadOnChange(cloud, readResources);
  console.log(greeting(options, resources, cloud));
}

function readOptions(args: readonly string[]): Options | 'help' {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        assembly: { type: 'string' },
        port: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        chaos: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return 'help';
    const port = Number(values.port ?? DEFAULT_PORT);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new UserError(`--port must be a number from 1 to 65535, not "${values.port}"`);
    }
    const { fresh, chaos, verbose, assembly } = values;
    return { port, fresh, chaos, verbose, ...(assembly !== undefined && { assembly }) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${error instanceof Error ? error.message : String(error)}; --help lists the options`,
    );
  }
}

async function resourcesOf({ assembly }: Options, issuerUrl: string): Promise<Resources> {
  if (assembly !== undefined) return readAssembly(assembly);
  const directory = join(DATA_DIRECTORY, 'cdk.out');
  await synthesize(directory, {
    stage: 'local',
    issuer: issuerUrl,
    audience: DEV_AUDIENCE,
    jwksUrl: `${issuerUrl}/.well-known/jwks.json`,
  });
  return readAssembly(directory);
}

function logTo({ verbose }: Options): CloudLog {
  return {
    line: (line) => console.warn(line),
    functions: ({ functionName, text }) => {
      if (verbose || /"level":"(warn|error)"|Error/.test(text))
        console.log(`${functionName}: ${text}`);
    },
    gateway: ({ level, connectionId, routeKey, outcome, why = '' }) => {
      if (verbose || level === 'error')
        console.log(`gateway: ${connectionId} ${routeKey} ${outcome} ${why}`);
    },
  };
}

function stopOnSignals(cloud: Cloud): void {
  let stopping = false;
  const stop = (): void => {
    // A second Ctrl-C does not wait.
    if (stopping) process.exit(1);
    stopping = true;
    console.log('\nStopping');
    cloud.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function reloadOnChange(cloud: Cloud, readResources: () => Promise<Resources>): void {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const reload = async (): Promise<void> => {
    try {
      const failures = await cloud.reload(await readResources());
      if (failures.length === 0) console.log('Reloaded');
      else console.error(`The old code goes on; ${failures.join('; ')}`);
    } catch (error) {
      console.error(
        `The old code goes on; ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
  for (const folder of WATCHED) {
    watch(folder, { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        running = running.then(reload);
      }, SETTLE_MS);
    });
  }
}

function greeting({ port, assembly, chaos }: Options, resources: Resources, cloud: Cloud): string {
  const sockets = [...cloud.urls.values()].map((url, index) =>
    index === 0 ? `ws://localhost:${port}` : url,
  );
  if (assembly !== undefined) {
    return [`${resources.stackName} runs. AWS endpoint: ${cloud.endpoint.url}`, ...sockets].join(
      '\n',
    );
  }
  const chaosNote = chaos ? ['Chaos is on: calls fail, repeat and come late.'] : [];
  return [
    `Parley runs at ${sockets[0]}. Ctrl-C stops it.`,
    ...chaosNote,
    '',
    'A token:   curl -s localhost:' + port + `/dev/token -d '{"userId":"alice","name":"Alice"}'`,
    `A socket:  npx wscat -c "${sockets[0]}?token=TOKEN"`,
    'A frame:   {"type":"create_conversation","kind":"direct","userId":"bob"}',
  ].join('\n');
}
