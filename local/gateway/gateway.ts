import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocketApiResource } from '../assembly/resources.ts';
import { systemClock } from '../clock.ts';
import { newId } from './connection-id.ts';
import { Connection } from './connection.ts';
import type { DeleteResult, GetResult, PostResult } from './connections.ts';
import { Disconnects } from './disconnects.ts';
import type { ConnectionFacts } from './events.ts';
import { answerFrame } from './frame-answer.ts';
import { routeArn } from './gateway-options.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { refuseHandshake } from './handshake-refusal.ts';
import { readHandshake } from './handshake-request.ts';
import type { HandshakeRequest } from './handshake-request.ts';
import { refusalOf, shakeHands } from './handshake.ts';
import { endings, limits } from './limits.ts';
import { OpenConnections } from './open-connections.ts';
import { routeSelection } from './route-selection.ts';
import type { SelectRoute } from './route-selection.ts';

const BUFFER_BYTES = 1024 * 1024;
/** How long `close` waits for clients and for `$disconnect`, in milliseconds of the machine's own clock. */
const SHUTDOWN_MILLISECONDS = 2000;

/** An API Gateway WebSocket API on this machine, with the limits and the manners of the one on AWS. */
export class Gateway {
  private readonly options: GatewayOptions;
  private readonly select: SelectRoute;
  private readonly disconnects: Disconnects;
  private readonly connections: OpenConnections;
  private readonly handshakes = new Set<Duplex>();
  private readonly protocols = new WeakMap<IncomingMessage, string>();
  private readonly server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // `Connection` holds the limits and gives the reason; this is the backstop.
    maxPayload: limits.messageBytes,
    // Only what `$connect` answered is echoed: see the listener in the constructor.
    handleProtocols: () => false,
  });
  private closed = false;

  /** @throws {Error} when the gateway can't evaluate the API's route selection expression. */
  constructor(options: GatewayOptions) {
    this.options = options;
    this.select = routeSelection(options.api);
    this.disconnects = new Disconnects(options);
    this.connections = new OpenConnections(options.bufferBytes ?? BUFFER_BYTES);
    this.server.on('headers', (headers, request) => {
      const protocol = this.protocols.get(request);
      if (protocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
    });
  }

  /**
   * Answers an upgrade request for `ws://host/{stage}?…`; to be the listener of a server's `upgrade`
   * event. An API with a single stage is served at `/` too.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A client that hangs up meanwhile is no error of ours.
    socket.on('error', () => socket.destroy());
    this.handshakes.add(socket);
    void this.connect(request, socket, head)
      .catch((error: unknown) => {
        const refused = { connectionId: '-', routeKey: '$connect', outcome: 'refused 500' };
        this.options.log?.({ level: 'error', ...refused, why: String(error) });
        refuseHandshake(socket, 500);
      })
      .finally(() => this.handshakes.delete(socket));
  }

  /** `POST @connections/{id}`: sends `data` as one text message, in the order of the calls. */
  post(connectionId: string, data: Buffer): Promise<PostResult> {
    return Promise.resolve(this.connections.post(connectionId, data));
  }

  /** `GET @connections/{id}`. */
  get(connectionId: string): Promise<GetResult> {
    return Promise.resolve(this.connections.get(connectionId));
  }

  /** `DELETE @connections/{id}`: closes with 1000, behind what was posted before. `$disconnect` follows. */
  delete(connectionId: string): Promise<DeleteResult> {
    return Promise.resolve(this.connections.delete(connectionId));
  }

  /** Closes every connection with 1012 and waits until each `$disconnect` has run, for two seconds at most. */
  async close(): Promise<void> {
    this.closed = true;
    for (const socket of this.handshakes) socket.destroy();
    const open = this.connections.all();
    for (const connection of open) connection.close(endings.restart);
    const goodbyes = Promise.all(open.map(({ over }) => over)).then(() =>
      this.disconnects.settled(),
    );
    await withinPatience(goodbyes);
    for (const connection of open) connection.terminate();
  }

  private async connect(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { options } = this;
    const malformed = refusalOf(request);
    if (malformed !== undefined || this.closed) {
      refuseHandshake(socket, malformed ?? 503);
      return;
    }
    const handshake = readHandshake(request);
    const stage = stageAt(options.api, handshake.path);
    if (stage === undefined) {
      refuseHandshake(socket, 403);
      return;
    }
    const facts = this.factsOf(handshake, stage);
    const { connectionId } = facts;
    const routeKey = '$connect';
    const arn = routeArn(options, stage.name, routeKey);
    const result = await shakeHands(options, options.api, arn, facts, handshake);
    if (result.kind === 'refused') {
      const { status, requestId, why } = result;
      const outcome = `refused ${status}`;
      options.log?.({ level: 'error', connectionId, routeKey, outcome, why });
      refuseHandshake(socket, status, { connectionId, requestId });
      return;
    }
    options.log?.({ level: 'info', connectionId, routeKey, outcome: 'accepted' });
    if (result.protocol !== undefined) this.protocols.set(request, result.protocol);
    this.open(request, socket, head, result.facts);
  }

  private open(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    facts: ConnectionFacts,
  ): void {
    const { connectionId } = facts;
    let opened = false;
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      opened = true;
      const connection = new Connection(facts, webSocket, socket, this.options.clock, {
        message: (body) => void this.message(connection, body),
        ended: (ending) => {
          this.connections.remove(connectionId);
          this.disconnects.tell(facts, ending);
        },
      });
      this.connections.add(connection);
    });
    // The client hung up while `$connect` ran. The API believes it connected, so it is told that it left.
    if (!opened) this.disconnects.tell(facts, endings.lost);
  }

  /** Every message is an invocation of its own, beside those before it: no order is promised. */
  private async message(connection: Connection, body: string): Promise<void> {
    const answer = await answerFrame(this.options, connection.facts, this.select(body), body);
    if (answer === undefined || this.connections.send(connection, Buffer.from(answer))) return;
    const { connectionId } = connection.facts;
    const why = 'the client does not read what it is sent';
    this.options.log?.({ level: 'error', connectionId, routeKey: '-', outcome: 'dropped', why });
  }

  private factsOf(request: HandshakeRequest, stage: Stage): ConnectionFacts {
    const { host, sourceIp, userAgent } = request;
    return {
      connectionId: newId(),
      apiId: this.options.api.apiId,
      stage: stage.name,
      stageVariables: stage.variables,
      domainName: host,
      connectedAt: this.options.clock.now(),
      identity: { ...(userAgent === undefined ? {} : { userAgent }), sourceIp },
    };
  }
}

type Stage = WebSocketApiResource['stages'][number];

function stageAt(api: WebSocketApiResource, path: string): Stage | undefined {
  const [only, ...others] = api.stages;
  if (path === '/' && others.length === 0) return only;
  return api.stages.find(({ name }) => path === `/${name}` || path === `/${name}/`);
}

async function withinPatience(done: Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = systemClock.after(SHUTDOWN_MILLISECONDS, resolve);
    void done.then(resolve).finally(stop);
  });
}
