import type { RequestListener } from 'node:http';
import { createDevIssuer } from '../dev-issuer.ts';
import type { Options } from './options.ts';
import { AUDIENCE, issuerUrl } from './read-resources.ts';

/** Answers plain HTTP requests to the front door: the issuer's, and whoever should have come with a WebSocket. */
export async function issuerListener(
  options: Pick<Options, 'port' | 'dataDirectory'>,
): Promise<RequestListener> {
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
