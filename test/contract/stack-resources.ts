import { rm } from 'node:fs/promises';
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import type { QueueResource, TableResource } from '../../local/assembly/resources.ts';
import { ENV } from '../../lambdas/env.ts';
import { synthesize } from '../lib/synthesize.ts';

/** What of the synthesized stack the ports live on. */
export interface StackResources {
  readonly conversations: TableResource;
  readonly users: TableResource;
  readonly fanOut: QueueResource;
  readonly deadLetters: QueueResource;
}

/** Synthesizes the stack and finds its tables and queues: by what its functions are told, not by their names. */
export async function readStackResources(): Promise<StackResources> {
  const { directory } = synthesize().app.synth();
  const { tables, queues, functions } = await readAssembly(directory);
  await rm(directory, { recursive: true });
  const told = (name: string): string => {
    const value = functions.map(({ environment }) => environment[name]).find(Boolean);
    if (value === undefined) throw new Error(`no function of the stack is told ${name}`);
    return value;
  };
  const fanOut = found(queues, ({ url }) => url === told(ENV.fanOutQueueUrl));
  const { deadLetterTargetArn } = JSON.parse(fanOut.attributes['RedrivePolicy'] ?? '{}') as {
    readonly deadLetterTargetArn?: string;
  };
  return {
    conversations: found(tables, ({ name }) => name === told(ENV.conversationsTable)),
    users: found(tables, ({ name }) => name === told(ENV.usersTable)),
    fanOut,
    deadLetters: found(queues, ({ arn }) => arn === deadLetterTargetArn),
  };
}

function found<Resource>(
  resources: readonly Resource[],
  matches: (resource: Resource) => boolean,
): Resource {
  const resource = resources.find(matches);
  if (resource === undefined)
    throw new Error('a function is told of a resource that does not exist');
  return resource;
}
