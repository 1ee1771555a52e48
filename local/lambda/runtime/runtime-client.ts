/** Runs inside a function instance, as part of `bootstrap.ts`. */
import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

/** One answer of the Runtime API. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const VERSION = '/2018-06-01/runtime';
// Of its own, so that nothing a handler does to the global agent reaches it.
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/**
 * Calls the Runtime API at `host` (`AWS_LAMBDA_RUNTIME_API`). Ends the process when nobody answers there:
 * the runner is gone.
 */
export function callRuntimeApi(
  host: string,
  method: 'GET' | 'POST',
  path: string,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    const url = `http://${host}${VERSION}${path}`;
    const outgoing = request(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => process.exit(1));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.on('error', () => process.exit(1));
    outgoing.end(body);
  });
}
