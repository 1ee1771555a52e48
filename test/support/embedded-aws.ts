import { systemClock } from '../../local/clock.ts';
import { ROOT_CREDENTIALS } from '../../local/endpoint/caller.ts';
import { startEndpoint } from '../../local/endpoint/endpoint.ts';
import type { Endpoint, EndpointOptions } from '../../local/endpoint/endpoint.ts';
import { REGION, resourcesOf } from './resources.ts';

/**
 * Starts the embedded services, empty, and has the environment name them as a function's environment does. Every
 * test file has an environment of its own.
 */
export async function startEmbeddedAws(options: Partial<EndpointOptions> = {}): Promise<Endpoint> {
  const endpoint = await startEndpoint({
    resources: resourcesOf(),
    clock: systemClock,
    gateways: () => undefined,
    ...options,
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: ROOT_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT_CREDENTIALS.secretAccessKey,
  });
  return endpoint;
}
