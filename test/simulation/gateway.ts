import type { Caller } from '../../lambdas/core/caller.ts';
import type { Connections, PostOutcome } from '../../lambdas/core/ports.ts';
import type { Backend } from './backend.ts';
import type { FaultPlan } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

const LATENCY_MS = [1, 40] as const;
/** A frame that is overtaken comes so late. */
const OVERTAKEN_MS = [50, 1_500] as const;
/** How long the gateway may take a connection that was cut for open. */
const UNNOTICED_MS = [0, 40_000] as const;
const LATE_DISCONNECT_MS = [5_000, 120_000] as const;
const TOKEN_MS = 60 * 60 * 1_000;
const SHORT_TOKEN_MS = [5_000, 40_000] as const;

/** What a client hears of its connection. */
export interface SocketEvents {
  opened(): void;
  /** The handshake was refused. */
  refused(): void;
  frame(text: string): void;
  closed(): void;
}

/** A frame as it was put on the wire to a connection, delivered or not. */
export interface WireFrame {
  readonly at: number;
  readonly caller: Caller;
  readonly text: string;
  /** Asked for by that connection, or posted to it. */
  readonly kind: 'answer' | 'post';
}

export interface GatewayOptions {
  readonly scheduler: Scheduler;
  readonly plan: FaultPlan;
  readonly backend: Backend;
  readonly onWire: (frame: WireFrame) => void;
}

type State = 'connecting' | 'open' | 'closed';

/** Connections whose ends know of each other what the network lets them know. */
export class SimulatedGateway implements Connections {
  readonly #options: GatewayOptions;
  readonly #sockets = new Map<string, SimulatedSocket>();
  #connections = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** A client begins a handshake, with a fresh token. */
  open(userId: string, batch: boolean, events: SocketEvents): SimulatedSocket {
    const { scheduler, plan } = this.#options;
    this.#connections += 1;
    const connectedAt = scheduler.clock.now();
    const tokenMs = plan.strikes('token_end') ? plan.between(...SHORT_TOKEN_MS) : TOKEN_MS;
    const caller: Caller = {
      userId,
      connectionId: `${userId}#${this.#connections}`,
      connectedAt,
      tokenEnd: connectedAt + tokenMs,
      batch,
    };
    const socket = new SimulatedSocket(caller, events, this.#options);
    this.#sockets.set(caller.connectionId, socket);
    return socket;
  }

  async post(connectionId: string, frame: string): Promise<PostOutcome> {
    const socket = this.#sockets.get(connectionId);
    if (socket?.state !== 'open') return 'gone';
    socket.deliver(frame, 'post');
    return 'sent';
  }

  async close(connectionId: string): Promise<PostOutcome> {
    const socket = this.#sockets.get(connectionId);
    if (socket?.state !== 'open') return 'gone';
    socket.closeByServer();
    return 'sent';
  }

  socketOf(connectionId: string): SimulatedSocket | undefined {
    return this.#sockets.get(connectionId);
  }
}

export class SimulatedSocket {
  readonly caller: Caller;
  /** As the gateway sees it. */
  state: State = 'connecting';
  readonly #events: SocketEvents;
  readonly #options: GatewayOptions;
  /** The client's end is there. */
  #alive = true;
  /** When the last frame in each direction comes through. */
  #lastIn = 0;
  #lastOut = 0;

  constructor(caller: Caller, events: SocketEvents, options: GatewayOptions) {
    this.caller = caller;
    this.#events = events;
    this.#options = options;
    options.scheduler.after(this.#latency(), () => void this.#handshake());
  }

  /** The client sends a frame. */
  send(text: string): void {
    const { plan, scheduler } = this.#options;
    if (!this.#alive) return;
    const times = plan.strikes('frame_twice') ? 2 : 1;
    for (let time = 1; time <= times; time += 1) {
      this.#lastIn = this.#arrival(this.#lastIn);
      if (plan.strikes('frame_lost')) continue;
      scheduler.after(this.#lastIn - scheduler.clock.now(), () => void this.#serve(text));
    }
  }

  /** The client's end goes at once; the gateway notices when it does. */
  cut(): void {
    if (!this.#alive) return;
    this.#alive = false;
    const { plan, scheduler } = this.#options;
    const noticed = plan.healed ? 0 : plan.between(...UNNOTICED_MS);
    scheduler.after(noticed, () => this.#end());
  }

  /** As `cut`, but the gateway never notices. */
  vanish(): void {
    this.#alive = false;
  }

  /** Puts a frame on the wire. */
  deliver(text: string, kind: WireFrame['kind']): void {
    const { plan, scheduler, onWire } = this.#options;
    onWire({ at: scheduler.clock.now(), caller: this.caller, text, kind });
    if (plan.strikes(kind === 'post' ? 'post_lost' : 'frame_lost')) return;
    this.#lastOut = this.#arrival(this.#lastOut);
    scheduler.after(this.#lastOut - scheduler.clock.now(), () => {
      if (this.#alive) this.#events.frame(text);
    });
  }

  closeByServer(): void {
    const { scheduler } = this.#options;
    this.#end();
    scheduler.after(this.#latency(), () => {
      if (!this.#alive) return;
      this.#alive = false;
      this.#events.closed();
    });
  }

  async #handshake(): Promise<void> {
    const { backend, scheduler } = this.#options;
    const accepted = await backend.connect(this.caller);
    await scheduler.sleep(this.#latency());
    this.state = accepted && this.#alive ? 'open' : 'closed';
    if (accepted && !this.#alive) this.#disconnect();
    if (!this.#alive) return;
    if (accepted) this.#events.opened();
    else this.#events.refused();
  }

  async #serve(text: string): Promise<void> {
    if (this.state !== 'open') return;
    const answer = await this.#options.backend.route(this.caller, text);
    if (this.state === 'open') this.deliver(answer, 'answer');
  }

  #end(): void {
    if (this.state !== 'open') return;
    this.state = 'closed';
    this.#disconnect();
  }

  /** A hint at best: it may come late, or never. */
  #disconnect(): void {
    const { plan, scheduler, backend } = this.#options;
    if (plan.strikes('disconnect_lost')) return;
    const wait = plan.strikes('disconnect_late') ? plan.between(...LATE_DISCONNECT_MS) : 5;
    scheduler.after(wait, () => backend.disconnect(this.caller));
  }

  #latency(): number {
    return this.#options.plan.between(...LATENCY_MS);
  }

  /** When a frame sent now arrives: after those before it, unless they overtake each other. */
  #arrival(last: number): number {
    const { plan, scheduler } = this.#options;
    const now = scheduler.clock.now();
    if (plan.strikes('reorder')) return now + plan.between(...OVERTAKEN_MS);
    return Math.max(now + this.#latency(), last);
  }
}
