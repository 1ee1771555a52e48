import type { Change } from '../../lambdas/core/ports.ts';
import type { ErrorMessage } from '../../protocol/errors.ts';
import { MemoryRandom } from '../memory/random.ts';
import { Backend, LONGEST_SKEW_MS, type FunctionName } from './backend.ts';
import { SimulatedClient, type Layers } from './client.ts';
import { FaultPlan, type Rates } from './faults.ts';
import { SimulatedGateway } from './gateway.ts';
import { History } from './history.ts';
import type { Call, KillPoint } from './invocation.ts';
import type { Draft } from './outbox.ts';
import { Scheduler } from './scheduler.ts';

const HEARTBEAT_MS = 60_000;

export interface WorldOptions {
  readonly seed: number;
  readonly rates: Rates;
  readonly layers: Layers;
  readonly pageSize?: number;
  readonly trace?: boolean;
}

/** Clients, gateway and backend in virtual time, and the record of what they do. */
export class World {
  readonly scheduler = new Scheduler();
  readonly history = new History();
  readonly plan: FaultPlan;
  readonly backend: Backend;
  readonly gateway: SimulatedGateway;
  readonly clients: SimulatedClient[] = [];
  readonly heartbeatMs = HEARTBEAT_MS;
  readonly #options: WorldOptions;
  readonly #random: MemoryRandom;
  #kill: { readonly name: FunctionName; readonly point: KillPoint } | undefined;
  #killed = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    const { seed, rates, pageSize = Number.POSITIVE_INFINITY } = options;
    this.#random = new MemoryRandom(seed * 4 + 1);
    this.plan = new FaultPlan(rates, new MemoryRandom(seed * 4 + 2));
    this.backend = new Backend({
      scheduler: this.scheduler,
      plan: this.plan,
      seed: seed * 4 + 3,
      pageSize,
      connections: () => this.gateway,
      observe: (invocation, name, call, outcome) => this.#observe(invocation, name, call, outcome),
      killAt: (name) => this.#takeKill(name),
    });
    this.gateway = new SimulatedGateway({
      scheduler: this.scheduler,
      plan: this.plan,
      backend: this.backend,
      onWire: (frame) => {
        this.history.wire.push(frame);
        this.note(`${frame.kind} ${frame.caller.connectionId} ${frame.text}`);
      },
    });
  }

  /** Adds a client, which connects at once. */
  addClient(userId: string, batch = true): SimulatedClient {
    const { history } = this;
    const client = new SimulatedClient({
      userId,
      batch,
      layers: this.#options.layers,
      heartbeatMs: HEARTBEAT_MS,
      scheduler: this.scheduler,
      random: this.#random,
      gateway: this.gateway,
      onAck: ({ localId }, ack) => history.sendOf(userId, localId)?.acks.push(ack),
      onFailed: ({ localId }, error) => {
        const send = history.sendOf(userId, localId);
        if (send !== undefined) send.failure = error;
      },
      onAsk: (request, connectionId) =>
        history.asked.push({ at: this.scheduler.clock.now(), userId, connectionId, request }),
      onAnswer: (answered) => history.answers.push({ userId, ...answered }),
    });
    this.clients.push(client);
    client.start();
    return client;
  }

  /** A user writes a message. */
  send(client: SimulatedClient, draft: Draft, mayFail: readonly ErrorMessage['code'][] = []): void {
    const { userId } = client;
    this.history.addSend({ userId, draft, mayFail, acks: [] });
    this.note(`write ${userId} ${draft.localId}`);
    client.send(draft);
  }

  /** Runs until that has come about, in whole seconds. False if it has not within the time given. */
  async runUntil(isDone: () => boolean, longestMs: number): Promise<boolean> {
    for (let spent = 0; spent < longestMs; spent += 1_000) {
      if (isDone()) return true;
      await this.scheduler.run(1_000);
    }
    return isDone();
  }

  /** Both tables go back to what they were when `restore` was taken, and the runbook is followed. */
  takeBackup(): { restore: () => void } {
    const { users, conversations } = this.backend;
    const putBack = [users.snapshot(), conversations.snapshot()];
    const rows = conversations.conversationIds.flatMap((id) => conversations.eventsOf(id));
    const kept = new Set(rows.map(({ conversationId, seq }) => `${conversationId} ${seq}`));
    return {
      restore: () => {
        this.note('restore');
        this.backend.killAll();
        for (const put of putBack) put();
        this.history.restores.push({ generation: this.backend.generation, kept });
        this.backend.generation += 1;
        this.backend.queue.purge();
      },
    };
  }

  /** The next invocation of that function is killed at this point. Answers whether it got so far. */
  killNext(name: FunctionName, point: KillPoint): () => boolean {
    this.#kill = { name, point };
    this.#killed = false;
    return () => this.#killed;
  }

  #takeKill(name: FunctionName): KillPoint | undefined {
    if (this.#kill?.name !== name) return undefined;
    const { point } = this.#kill;
    this.#kill = undefined;
    return point;
  }

  note(line: string): void {
    if (this.#options.trace === true)
      this.history.trace.push(`${this.scheduler.clock.now()} ${line}`);
  }

  #observe(invocation: number, name: FunctionName, call: Call, outcome: string): void {
    if (this.#options.trace === true) {
      const text = `${call.port}.${call.method} ${JSON.stringify(call.args)}`;
      this.note(`${name}#${invocation} ${text} ${outcome}`);
    }
    if (call.method === 'commit') this.#noteEdit(call);
    // Whatever the caller is told, the nudge may be there.
    if (call.method === 'nudge') this.backend.poll();
    if (outcome === 'killed') this.#killed = true;
    if (name === 'fan-out') this.#clockWorker(invocation);
    if (call.method === 'post') this.#countPost(invocation, call);
    if (call.method === 'removeSession') this.#checkRemoval(call);
  }

  /** Whatever ends a session, its connection is at its end. */
  #checkRemoval({ args }: Call): void {
    const [userId, connectionId] = args as readonly [string, string];
    const socket = this.gateway.socketOf(connectionId);
    const isLeft = this.backend.users
      .sessionsOf(userId)
      .some((session) => session.connectionId === connectionId);
    const now = this.scheduler.clock.now();
    // A restore takes sessions, too.
    if (isLeft || socket === undefined || this.history.restores.length > 0) return;
    if (socket.state === 'closed' || socket.caller.tokenEnd <= now + LONGEST_SKEW_MS) return;
    this.history.violations.push(`${connectionId} lost its session, and is ${socket.state}`);
  }

  /** An edit's text is in no event: the row has the last one alone. */
  #noteEdit({ args }: Call): void {
    const [changes] = args as readonly [readonly Change[]];
    const edit = changes.find((change) => change.kind === 'edit_message');
    const put = changes.find((change) => change.kind === 'put_event');
    if (edit === undefined || put?.event.type !== 'message_edited') return;
    const { conversationId, serverId, seq, generation } = put.event;
    const { content } = edit.edit;
    this.history.edits.push({ conversationId, serverId, seq, generation, content });
  }

  #clockWorker(worker: number): void {
    const now = this.scheduler.clock.now();
    const there = this.history.workers.get(worker);
    if (there === undefined) this.history.workers.set(worker, { first: now, last: now });
    else there.last = now;
  }

  #countPost(worker: number, { args }: Call): void {
    const [connectionId, frame] = args as readonly [string, string];
    // Why a connection is closed may be told with each round of events.
    if (frame.includes('"closing"')) return;
    const key = `${worker} ${connectionId} ${frame}`;
    const posts = this.history.posts.get(key) ?? { worker, connectionId, times: 0 };
    posts.times += 1;
    this.history.posts.set(key, posts);
  }
}
