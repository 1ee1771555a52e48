import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An event on its way to an instance. */
export interface RuntimeEvent {
  readonly requestId: string;
  readonly functionArn: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly payload: string;
}

export interface ReportedError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** What the runtime in the instance says. */
export interface RuntimeApiListener {
  /** It has loaded the handler, or finished an event, and asks for the next one. */
  readonly onNext: () => void;
  readonly onInitError: (error: ReportedError) => void;
  readonly onResponse: (requestId: string, payload: string) => void;
  readonly onError: (requestId: string, error: ReportedError) => void;
}

/** Of a response; the excess is read and thrown away. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAXIMUM_RESPONSE_BYTES = 6_291_556;
const PREFIX = '/2018-06-01/runtime';

/**
 * The Lambda Runtime API of one instance (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html),
 * on a port of its own: as on AWS, an instance cannot reach another's events.
 */
export class RuntimeApi {
  private readonly server: Server;
  private readonly listener: RuntimeApiListener;
  private waiting: ServerResponse | undefined;

  constructor(listener: RuntimeApiListener) {
    this.listener = listener;
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    // An instance waits for its next event for as long as it takes.
    this.server.requestTimeout = 0;
    this.server.keepAliveTimeout = 0;
  }

  /** Answers the value of `AWS_LAMBDA_RUNTIME_API`. */
  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Hands an event to the runtime, which must be waiting for one. */
  deliver(event: RuntimeEvent): void {
    const { waiting } = this;
    if (waiting === undefined) throw new Error('unable to deliver an event; nobody waits for it');
    this.waiting = undefined;
    const trace = event.requestId.replaceAll('-', '');
    waiting.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': event.requestId,
      'Lambda-Runtime-Deadline-Ms': String(event.deadline),
      'Lambda-Runtime-Invoked-Function-Arn': event.functionArn,
      'Lambda-Runtime-Trace-Id': `Root=1-${trace.slice(0, 8)}-${trace.slice(8)};Sampled=0`,
    });
    waiting.end(event.payload);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').slice(PREFIX.length);
    if (request.method === 'GET' && path === '/invocation/next') {
      this.waiting = response;
      this.listener.onNext();
      return;
    }
    const { text, bytes } = await read(request);
    if (path === '/init/error') {
      this.listener.onInitError(parseError(text));
      accept(response);
      return;
    }
    const [, requestId, kind] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (requestId === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (kind === 'error') this.listener.onError(requestId, parseError(text));
    else if (bytes > MAXIMUM_RESPONSE_BYTES) this.listener.onError(requestId, tooLarge(bytes));
    else this.listener.onResponse(requestId, text);
    accept(response);
  }
}

function accept(response: ServerResponse): void {
  response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}');
}

async function read(request: IncomingMessage): Promise<{ text: string; bytes: number }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAXIMUM_RESPONSE_BYTES) chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), bytes };
}

function parseError(text: string): ReportedError {
  const { errorType = 'Error', errorMessage = '' } = JSON.parse(text) as Partial<ReportedError>;
  return { errorType, errorMessage };
}

function tooLarge(bytes: number): ReportedError {
  return {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${MAXIMUM_RESPONSE_BYTES} bytes).`,
  };
}
