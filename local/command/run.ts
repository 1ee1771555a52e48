import { mkdir, readdir, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { readAssembly } from '../assembly/read-assembly.ts';
import type { Resources } from '../assembly/resources.ts';
import { describeFailures, startCloud } from '../cloud.ts';
import type { Cloud } from '../cloud.ts';
import type { CloudLogLine } from '../cloud-log.ts';
import { createDevIssuer } from '../dev-issuer.ts';
import { endLeftover } from '../dynamodb/leftover.ts';
import { FrontDoor } from '../front-door.ts';
import { UserError } from '../user-error.ts';
import { CHAOS_GATEWAY_FAULTS, chaosFaults } from './chaos.ts';
import { greeting } from './greeting.ts';
import type { Options } from './options.ts';
import type { Running } from './running.ts';
import { synthesize } from './synthesize.ts';
import { watchFolders } from './watch-folders.ts';

/** What the app is made of, as far as it is there. */
const SOURCES = ['lambdas', 'protocol', 'lib', 'bin'];
const AUDIENCE = 'local';

/**
 * `npm start`: synthesizes the app of this folder (or takes an assembly), runs it, and follows its changes.
 * Rejects with a `UserError` for what a person can mend; nothing is left running then.
 */
export async function run(options: Options): Promise<Running> {
  const startedAt = Date.now();
  // First of all, so that a port that is taken is told at once and nothing is touched.
  const door = await FrontDoor.open(options.port);
  try {
    if (options.fresh) await forgetData(options.dataDirectory);
    await mkdir(options.dataDirectory, { recursive: true });
    const [resources, request] = await Promise.all([read(options), issuerListener(options)]);
    if (resources.unknownTypes.length > 0) {
      console.warn(`The local cloud does not run: ${resources.unknownTypes.join(', ')}`);
    }
    const start = (what: Resources): Promise<Cloud> =>
      startCloud({
        resources: what,
        port: door,
        endpointPort: options.endpointPort,
        dataDirectory: join(options.dataDirectory, what.stackName),
        request,
        log: (line) => print(line, options),
        ...(options.chaos && { faults: chaosFaults(), gatewayFaults: CHAOS_GATEWAY_FAULTS }),
      });
    const cloud = await start(resources);
    console.log(greeting(options, cloud, Date.now() - startedAt));
    const following = follow(options, cloud, start);
    return {
      stop: async () => {
        await following.stop();
        await door.close();
      },
    };
  } catch (error) {
    await door.close();
    throw error;
  }
}

/** Keeps a cloud up to date with what it was made of. */
function follow(
  options: Options,
  first: Cloud,
  start: (resources: Resources) => Promise<Cloud>,
): Running {
  let cloud: Cloud | undefined = first;

  async function takeOver(): Promise<void> {
    const resources = await read(options);
    const reload = await cloud?.reload(resources);
    if (reload?.kind === 'reloaded') console.log('Reloaded.');
    else if (reload?.kind === 'failed') throw new UserError(describeFailures(reload.failures));
    else {
      if (reload !== undefined) console.log('More than functions has changed; starting anew.');
      await cloud?.stop();
      cloud = undefined;
      cloud = await start(resources);
      console.log('Started.');
    }
  }

  const { assembly } = options;
  const watching = watchFolders(assembly === undefined ? SOURCES : [assembly], async () => {
    try {
      await takeOver();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const state =
        cloud === undefined ? 'nothing runs until this is mended' : 'the old code goes on';
      console.error(`${error.message}; ${state}.`);
    }
  });
  return {
    stop: async () => {
      await watching.stop();
      await cloud?.stop();
    },
  };
}

/** Reads the assembly that was asked for, or synthesizes this folder's app with the local issuer for its own. */
async function read(options: Options): Promise<Resources> {
  if (options.assembly !== undefined) return readAssembly(options.assembly);
  const directory = join(options.dataDirectory, 'cdk.out');
  await synthesize(directory, {
    stage: 'local',
    issuer: issuerUrl(options),
    audience: AUDIENCE,
    // Not `localhost`, which may mean IPv6 first on a machine that has none.
    jwksUrl: `http://127.0.0.1:${options.port}/dev/.well-known/jwks.json`,
  });
  return readAssembly(directory);
}

function issuerUrl({ port }: Options): string {
  return `http://localhost:${port}/dev`;
}

async function issuerListener(options: Options): Promise<RequestListener> {
  const issuer = await createDevIssuer({
    url: issuerUrl(options),
    audience: AUDIENCE,
    dataDirectory: options.dataDirectory,
  });
  return (request, response) => {
    void issuer.handle(request, response).then((handled) => {
      return handled || response.writeHead(426, { Upgrade: 'websocket' }).end('Use a WebSocket.\n');
    });
  };
}

/** Refuses if another run, on another port, uses what is there. */
async function forgetData(directory: string): Promise<void> {
  const entries = await readdir(directory).catch(() => []);
  for (const entry of entries) await endLeftover(join(directory, entry), console.warn);
  await rm(directory, { recursive: true, force: true });
}

function print({ source, level, text }: CloudLogLine, { verbose }: Options): void {
  // A gateway that does its work is silent; what a developer writes in a handler is always shown.
  if (source === 'gateway' && level === 'info' && !verbose) return;
  console.log(`${source}: ${text}`);
}
