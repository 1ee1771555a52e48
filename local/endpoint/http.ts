import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { UserError } from '../user-error.ts';
import type { AwsAnswer, AwsRequest } from './service.ts';

/** What AWS takes at most but for S3: 16 MB, a DynamoDB batch. */
const LARGEST_BODY = 16 * 1024 * 1024;

/** Rejects with a sentence if the port is taken. */
export async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new UserError(`Port ${port} is taken; end what listens there or choose another port.`)
          : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

/**
 * `undefined` for a body larger than AWS takes.
 * @param largest what a request may have in bytes, once its head is read; 16 MB if that says nothing
 */
export async function readRequest(
  incoming: IncomingMessage,
  largest: (request: AwsRequest) => number | undefined,
): Promise<AwsRequest | undefined> {
  const { method = 'GET', url = '/', headers } = incoming;
  const head = { method, url, headers, body: Buffer.alloc(0) };
  const mostBytes = largest(head) ?? LARGEST_BODY;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return { ...head, body: Buffer.concat(chunks) };
}

/** Aborted once the caller has gone away, so that a long poll does not take a message for nobody. */
export function abortedWith(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) controller.abort();
  });
  return controller.signal;
}

export function write(outgoing: ServerResponse, answer: AwsAnswer): void {
  outgoing.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.headers['x-amzn-requestid'] === undefined
      ? { 'x-amzn-requestid': randomUUID() }
      : {}),
    ...(answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(answer.body) }),
  });
  outgoing.end(answer.body);
}

export function json(status: number, value: unknown): AwsAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  };
}
