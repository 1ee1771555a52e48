import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud } from '../cloud.ts';
import type { Cloud, CloudOptions } from '../cloud.ts';
import { FrontDoor } from '../front-door.ts';
import { issuerListener } from './issuer-listener.ts';
import { readResources } from './read-resources.ts';

/** What `startApp` leaves open of a cloud. */
export interface AppOptions extends Pick<
  CloudOptions,
  'clock' | 'faults' | 'gatewayFaults' | 'maximumInstances' | 'log'
> {
  /** Settings of the app, as `cdk deploy -c name=value` takes them. */
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * Synthesizes the app of the current folder and runs it on a free port with the local issuer, as `npm start` does,
 * for tests and measurements: tables and queues are in memory, and nothing of it is left once it is stopped.
 */
export async function startApp({ context, ...options }: AppOptions = {}): Promise<Cloud> {
  // Undone in reverse, whether the start fails or the app is stopped.
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'app-'));
    undo.push(() => rm(dataDirectory, { recursive: true, force: true }));
    const door = await FrontDoor.open(0);
    undo.push(() => door.close());
    const place = { port: door.port, dataDirectory };
    const request = await issuerListener(place);
    const resources = await readResources(place, context);
    const cloud = await startCloud({ ...options, resources, port: door, request });
    undo.push(() => cloud.stop());
    return { ...cloud, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
