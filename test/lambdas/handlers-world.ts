import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { createQueueClient } from '../../lambdas/aws/clients.ts';
import type { FrameAnswer } from '../../lambdas/aws/frame.ts';
import type { handler as commands } from '../../lambdas/commands.ts';
import type { handler as connection } from '../../lambdas/connection.ts';
import type { handler as fanOut } from '../../lambdas/fan-out.ts';
import type { handler as identity } from '../../lambdas/identity.ts';
import type { handler as queries } from '../../lambdas/queries.ts';
import type { handler as signals } from '../../lambdas/signals.ts';
import { ENV } from '../../lambdas/env.ts';
import { DEFAULT_LIMITS } from '../../protocol/settable-limits.ts';
import { createQueues, createTables } from '../contract/aws-resources.ts';
import { newId } from '../contract/rows.ts';
import { readStackResources } from '../contract/stack-resources.ts';

type Body = Readonly<Record<string, unknown>>;

/** A connection as API Gateway's events tell of it. */
export interface Connected {
  readonly userId: string;
  readonly requestContext: {
    readonly connectionId: string;
    readonly connectedAt: number;
    readonly authorizer: Readonly<Record<string, string>>;
  };
}

/** The handlers of `lambdas/`, as Lambda loads them. */
interface Handlers {
  readonly connection: { readonly handler: typeof connection };
  readonly commands: { readonly handler: typeof commands };
  readonly queries: { readonly handler: typeof queries };
  readonly signals: { readonly handler: typeof signals };
  readonly identity: { readonly handler: typeof identity };
  readonly fanOut: { readonly handler: typeof fanOut };
}

/** Old enough that a 410 means gone, not "not open yet". */
const CONNECTED_AGO_MS = 60_000;

/**
 * The deployed functions under jest: on tables and queues of their own at the endpoint that the environment
 * names, and on a stand-in for `@connections`, which few emulators have.
 */
export class HandlersWorld {
  /** By connection, in their order; a connection that has none is gone. */
  readonly frames = new Map<string, Body[]>();
  private readonly handlers: Handlers;
  private readonly sqs: SQSClient;
  private readonly queueUrl: string;
  private readonly waitSeconds: number;
  private readonly ends: readonly (() => Promise<unknown>)[];

  private constructor(
    handlers: Handlers,
    connections: Connections,
    queueUrl: string,
    waitSeconds: number,
    ends: readonly (() => Promise<unknown>)[],
  ) {
    this.handlers = handlers;
    this.queueUrl = queueUrl;
    this.waitSeconds = waitSeconds;
    this.sqs = createQueueClient();
    this.ends = ends;
    connections.take = (connectionId, frame) => {
      if (frame === undefined) return this.frames.delete(connectionId);
      this.frames.get(connectionId)?.push(JSON.parse(frame) as Body);
      return this.frames.has(connectionId);
    };
  }

  /** @param waitSeconds how long a queue may take to show what was sent */
  static async start(waitSeconds: number): Promise<HandlersWorld> {
    const resources = await readStackResources();
    const tables = await createTables(resources);
    const queues = await createQueues(resources);
    const connections = new Connections();
    Object.assign(process.env, {
      [ENV.conversationsTable]: tables.conversationsTable,
      [ENV.usersTable]: tables.usersTable,
      [ENV.fanOutQueueUrl]: queues.fanOutQueueUrl,
      [ENV.connectionsEndpoint]: await connections.listen(),
      // No test here needs it to be there: what the functions sign is no call.
      [ENV.attachmentsBucket]: 'files',
      [ENV.attachmentBytes]: '1000',
      [ENV.generation]: '1',
      [ENV.issuer]: 'https://issuer.example/',
      [ENV.audience]: 'chat',
      // Nothing answers there.
      [ENV.jwksUrl]: 'http://127.0.0.1:9/jwks.json',
      [ENV.limits]: JSON.stringify(DEFAULT_LIMITS),
    });
    // They read the environment when they load, as on Lambda.
    const handlers: Handlers = {
      connection: await import('../../lambdas/connection.ts'),
      commands: await import('../../lambdas/commands.ts'),
      queries: await import('../../lambdas/queries.ts'),
      signals: await import('../../lambdas/signals.ts'),
      identity: await import('../../lambdas/identity.ts'),
      fanOut: await import('../../lambdas/fan-out.ts'),
    };
    return new HandlersWorld(handlers, connections, queues.fanOutQueueUrl, waitSeconds, [
      () => connections.close(),
      () => tables.remove(),
      () => queues.remove(),
    ]);
  }

  async stop(): Promise<void> {
    this.sqs.destroy();
    for (const end of this.ends) await end();
  }

  /** `$connect`, as it comes once the authorizer has let the user in. */
  async connect(
    userId: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Connected & { readonly answer: unknown }> {
    const now = Date.now();
    const requestContext = {
      connectionId: newId('c'),
      connectedAt: now - CONNECTED_AGO_MS,
      authorizer: {
        userId,
        tokenEnd: String(now + 3_600_000),
        batch: 'false',
        principalId: userId,
      },
    };
    this.frames.set(requestContext.connectionId, []);
    const answer = await this.handlers.connection.handler({
      requestContext: { ...requestContext, eventType: 'CONNECT' },
      headers,
    });
    return { userId, requestContext, answer };
  }

  /** `$disconnect`. */
  async disconnect({ requestContext }: Connected): Promise<void> {
    await this.handlers.connection.handler({
      requestContext: { ...requestContext, eventType: 'DISCONNECT' },
    });
  }

  /** A frame to the function that its route leads to. */
  async command(from: Connected, frame: Body): Promise<Body> {
    return bodyOf(await this.handlers.commands.handler(eventOf(from, JSON.stringify(frame))));
  }

  async signal(from: Connected, frame: Body): Promise<Body> {
    return bodyOf(await this.handlers.signals.handler(eventOf(from, JSON.stringify(frame))));
  }

  async identity(from: Connected, frame: Body): Promise<Body> {
    return bodyOf(await this.handlers.identity.handler(eventOf(from, JSON.stringify(frame))));
  }

  async query(from: Connected, frame: Body | string): Promise<Body> {
    const body = typeof frame === 'string' ? frame : JSON.stringify(frame);
    return bodyOf(await this.handlers.queries.handler(eventOf(from, body)));
  }

  /** One event of the queue for the worker, as the poller makes it; what is done is deleted. */
  async deliver(): Promise<readonly SQSRecord[]> {
    const { Messages = [] } = await this.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: this.waitSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    const records = Messages.map((message) =>
      recordOf(message.MessageId, message.ReceiptHandle, message.Body),
    );
    const { batchItemFailures } = await this.work(records);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { messageId, receiptHandle: ReceiptHandle } of records) {
      if (failed.has(messageId)) continue;
      await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.queueUrl, ReceiptHandle }));
    }
    return records;
  }

  work(records: readonly SQSRecord[]): Promise<SQSBatchResponse> {
    return this.handlers.fanOut.handler({ Records: [...records] });
  }

  framesOf({ requestContext }: Connected): readonly Body[] {
    return this.frames.get(requestContext.connectionId) ?? [];
  }
}

export function recordOf(messageId = '', receiptHandle = '', body = ''): SQSRecord {
  return {
    messageId,
    receiptHandle,
    body,
    attributes: { ApproximateReceiveCount: '1' },
  } as SQSRecord;
}

function eventOf({ requestContext }: Connected, body: string) {
  return { requestContext, body };
}

function bodyOf({ statusCode, body }: FrameAnswer): Body {
  if (statusCode !== 200) throw new Error(`the handler answered ${statusCode}`);
  return JSON.parse(body) as Body;
}

/** `@connections`, so far as the worker needs it. */
class Connections {
  /** Takes a frame for a connection, or closes it; false if it is gone. */
  take: (connectionId: string, frame: string | undefined) => boolean = () => false;
  private readonly server: Server = createServer((request, response) => {
    void this.answer(request, response);
  });

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/dev`;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connectionId = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
    const frame = await text(request);
    if (this.take(connectionId, request.method === 'DELETE' ? undefined : frame)) response.end();
    else response.writeHead(410, { 'x-amzn-ErrorType': 'GoneException' }).end('{}');
  }
}
