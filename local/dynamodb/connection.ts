import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

/** What the database answered, its body unread. */
export interface DatabaseAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one call to the database on a kept connection. Rejects if the database cannot be reached. */
export type SendToDatabase = (
  headers: Readonly<Record<string, string>>,
  body: Buffer | string,
) => Promise<DatabaseAnswer>;

/** The kept connections to a database on this machine. `close` gives them up. */
export function connectToDatabase(port: number): {
  readonly send: SendToDatabase;
  close(): void;
} {
  const agent = new Agent({
    keepAlive: true,
    maxFreeSockets: 64,
    scheduling: 'lifo',
    noDelay: true,
  });
  const send: SendToDatabase = (headers, body) =>
    new Promise((resolve, reject) => {
      const call = request(
        {
          agent,
          host: '127.0.0.1',
          port,
          method: 'POST',
          path: '/',
          headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('error', reject);
          answer.once('end', () =>
            resolve({
              status: answer.statusCode ?? 500,
              headers: answer.headers,
              body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks),
            }),
          );
        },
      );
      call.once('error', reject);
      call.end(body);
    });
  return { send, close: () => agent.destroy() };
}
