import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import type { Resources } from '../assembly/resources.ts';
import { describeFailures, startCloud } from '../cloud.ts';
import type { Cloud } from '../cloud.ts';
import type { CloudLogLine } from '../cloud-log.ts';
import type { FrontDoor } from '../front-door.ts';
import { UserError } from '../user-error.ts';
import { CHAOS_GATEWAY_FAULTS, chaosFaults } from './chaos.ts';
import type { Options } from './options.ts';
import { readResources } from './read-resources.ts';

/** Keeps a cloud up to date with what it is made of. */
export class Follower {
  private readonly options: Options;
  private readonly door: FrontDoor;
  private readonly request: RequestListener;
  private started: Promise<unknown> = Promise.resolve();
  private cloud: Cloud | undefined;

  constructor(options: Options, door: FrontDoor, request: RequestListener) {
    this.options = options;
    this.door = door;
    this.request = request;
  }

  async start(): Promise<Cloud> {
    const starting = this.startFirst();
    this.started = starting.catch(() => {});
    return starting;
  }

  async takeOver(): Promise<void> {
    await this.started;
    try {
      await this.tryToTakeOver();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const nothing = this.cloud === undefined;
      const state = nothing ? 'nothing runs until this is mended' : 'the old code goes on';
      console.error(`${error.message}; ${state}.`);
    }
  }

  async stop(): Promise<void> {
    await this.cloud?.stop();
  }

  private async startFirst(): Promise<Cloud> {
    const resources = await readResources(this.options);
    if (resources.unknownTypes.length > 0) {
      console.warn(`The local cloud does not run: ${resources.unknownTypes.join(', ')}`);
    }
    return this.startWith(resources);
  }

  private async tryToTakeOver(): Promise<void> {
    const resources = await readResources(this.options);
    const reload = await this.cloud?.reload(resources);
    if (reload?.kind === 'reloaded') console.log('Reloaded.');
    else if (reload?.kind === 'failed') throw new UserError(describeFailures(reload.failures));
    else {
      if (reload !== undefined) console.log('More than functions has changed; starting anew.');
      await this.cloud?.stop();
      this.cloud = undefined;
      await this.startWith(resources);
      console.log('Started.');
    }
  }

  private async startWith(resources: Resources): Promise<Cloud> {
    const { options, door, request } = this;
    const { chaos, dataDirectory, endpointPort } = options;
    this.cloud = await startCloud({
      resources,
      port: door,
      endpointPort,
      dataDirectory: join(dataDirectory, resources.stackName),
      request,
      log: (line) => print(line, options),
      ...(chaos && { faults: chaosFaults(), gatewayFaults: CHAOS_GATEWAY_FAULTS }),
    });
    return this.cloud;
  }
}

function print({ source, level, text }: CloudLogLine, { verbose }: Options): void {
  // A gateway that does its work is silent; what a developer writes in a handler is always shown.
  if (source === 'gateway' && level === 'info' && !verbose) return;
  console.log(`${source}: ${text}`);
}
