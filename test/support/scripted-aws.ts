import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type Json = Readonly<Record<string, unknown>>;

/** A call as it came over the wire. */
export interface AwsCall {
  /** `PutItem`, `SendMessage` …; for `@connections`, the method and the path. */
  readonly operation: string;
  readonly body: Json;
}

export type ScriptedAnswer =
  | { readonly status?: number; readonly body?: Json; readonly headers?: Record<string, string> }
  /** Never answers, or hangs up. */
  | 'silence'
  | 'hang-up';

/**
 * An endpoint that answers what a test tells it to, one answer a call, then with empty successes; for the real
 * clients, which find it in the environment.
 */
export class ScriptedAws {
  readonly calls: AwsCall[] = [];
  private readonly answers: ScriptedAnswer[] = [];
  private readonly server: Server = createServer((request, response) => {
    void this.answer(request, response);
  });

  static async start(): Promise<ScriptedAws> {
    const scripted = new ScriptedAws();
    scripted.server.listen(0, '127.0.0.1');
    await once(scripted.server, 'listening');
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: scripted.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What the next calls are answered with. */
  say(...answers: readonly ScriptedAnswer[]): void {
    this.answers.push(...answers);
  }

  /** Forgets calls and answers. */
  reset(): void {
    this.calls.length = 0;
    this.answers.length = 0;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    const sent = await text(request);
    const isJson = target !== undefined && sent !== '';
    const body = isJson ? (JSON.parse(sent) as Json) : { text: sent };
    this.calls.push({ operation: target ?? `${request.method} ${request.url}`, body });
    const answer = this.answers.shift() ?? {};
    if (answer === 'silence') return;
    if (answer === 'hang-up') {
      request.socket.destroy();
      return;
    }
    const { status = 200, headers = {} } = answer;
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers })
      .end(JSON.stringify({ ...checksumOf(target, body), ...answer.body }));
  }
}

/** An error in the JSON protocols of DynamoDB and SQS. */
export function awsError(name: string, status = 400, more: Json = {}): ScriptedAnswer {
  return { status, body: { __type: `com.amazonaws#${name}`, message: `a ${name}`, ...more } };
}

/** The client compares it with what it sent. */
function checksumOf(target: string | undefined, body: Json): Json {
  if (target !== 'SendMessage') return {};
  const md5 = createHash('md5').update(String(body['MessageBody'])).digest('hex');
  return { MD5OfMessageBody: md5, MessageId: '1' };
}
