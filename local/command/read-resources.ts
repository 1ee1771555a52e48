import { join } from 'node:path';
import { readAssembly } from '../assembly/read-assembly.ts';
import type { Resources } from '../assembly/resources.ts';
import type { Options } from './options.ts';
import { synthesize } from './synthesize.ts';

/** `aud` of the local issuer's tokens. */
export const AUDIENCE = 'local';

/** Reads the assembly that was asked for, or synthesizes this folder's app with the local issuer for its own. */
export async function readResources(
  options: Pick<Options, 'assembly' | 'dataDirectory' | 'port'>,
  context: Readonly<Record<string, string>> = {},
): Promise<Resources> {
  if (options.assembly !== undefined) return readAssembly(options.assembly);
  const directory = join(options.dataDirectory, 'cdk.out');
  await synthesize(directory, {
    ...context,
    stage: 'local',
    issuer: issuerUrl(options),
    audience: AUDIENCE,
    // Not `localhost`, which may mean IPv6 first on a machine that has none.
    jwksUrl: `http://127.0.0.1:${options.port}/dev/.well-known/jwks.json`,
  });
  return readAssembly(directory);
}

/** `iss` of the local issuer's tokens. */
export function issuerUrl({ port }: Pick<Options, 'port'>): string {
  return `http://localhost:${port}/dev`;
}
