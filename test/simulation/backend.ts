import type { Caller } from '../../lambdas/core/caller.ts';
import { COMMANDS } from '../../lambdas/core/commands.ts';
import { connect } from '../../lambdas/core/connect.ts';
import { deliverNudges } from '../../lambdas/core/deliver-nudges.ts';
import { disconnect } from '../../lambdas/core/disconnect.ts';
import { dispatch } from '../../lambdas/core/dispatch.ts';
import type {
  Connections,
  FanOutPorts,
  IdentityPorts,
  NudgeReceipts,
  Ports,
} from '../../lambdas/core/ports.ts';
import { IDENTITY } from '../../lambdas/core/identity.ts';
import { QUERIES } from '../../lambdas/core/queries.ts';
import { SIGNALS } from '../../lambdas/core/signals.ts';
import { MemoryAttachmentStore } from '../memory/attachment-store.ts';
import { MemoryConversationStore } from '../memory/conversation-store.ts';
import { MemoryFanOutQueue, type ReceivedNudge } from '../memory/fan-out-queue.ts';
import { MemoryLog } from '../memory/log.ts';
import { MemoryRandom } from '../memory/random.ts';
import { SETTINGS } from '../memory/settings.ts';
import { MemoryTokens } from '../memory/tokens.ts';
import { MemoryUserStore } from '../memory/user-store.ts';
import type { FaultPlan } from './faults.ts';
import { Invocation, type Call, type KillPoint } from './invocation.ts';
import type { Scheduler } from './scheduler.ts';

/** As the stack has it: every function's time-out, and six times that for the queue's visibility. */
const TIMEOUT_MS = 10_000;
const VISIBILITY_MS = 60_000;
const MOST_RECEIVES = 10;
const BATCH_SIZE = 10;
const WORKERS = 2;
/** How far a function's clock may be off. */
export const LONGEST_SKEW_MS = 1_500;

export type FunctionName = 'connect' | 'disconnect' | 'route' | 'fan-out';

/** Everything a function of the chat may use. */
export type AllPorts = Ports & FanOutPorts & IdentityPorts & { readonly receipts: NudgeReceipts };

export interface BackendOptions {
  readonly scheduler: Scheduler;
  readonly plan: FaultPlan;
  readonly seed: number;
  /** Rows a page of any read. */
  readonly pageSize: number;
  readonly connections: () => Connections;
  /** Sees each call of each invocation. */
  readonly observe: (invocation: number, name: FunctionName, call: Call, outcome: string) => void;
  /** Where an invocation that begins now is to be killed, if it is. */
  readonly killAt: (name: FunctionName) => KillPoint | undefined;
}

/** The deployed side: the real core in functions that fail, over tables and a queue in memory. */
export class Backend {
  readonly users: MemoryUserStore;
  readonly conversations: MemoryConversationStore;
  readonly attachments: MemoryAttachmentStore;
  readonly tokens: MemoryTokens;
  readonly queue: MemoryFanOutQueue;
  readonly log = new MemoryLog();
  /** Part of every epoch; raised by a restore. */
  generation = 1;
  readonly #options: BackendOptions;
  readonly #random: MemoryRandom;
  readonly #running = new Set<Invocation>();
  #invocations = 0;
  #workers = 0;
  #waking: (() => void) | undefined;

  constructor(options: BackendOptions) {
    this.#options = options;
    const { plan, pageSize, scheduler } = options;
    const stale = (): boolean => plan.strikes('stale_read');
    this.#random = new MemoryRandom(options.seed);
    this.users = new MemoryUserStore({ pageSize, stale });
    this.conversations = new MemoryConversationStore(this.users, { pageSize, stale });
    this.attachments = new MemoryAttachmentStore(scheduler.clock);
    this.tokens = new MemoryTokens(scheduler.clock);
    this.queue = new MemoryFanOutQueue(scheduler.clock, {
      visibilityTimeout: VISIBILITY_MS,
      maxReceiveCount: MOST_RECEIVES,
    });
  }

  /** `$connect`: whether the handshake goes through. */
  async connect(caller: Caller): Promise<boolean> {
    const result = await this.#invoke('connect', (ports) => connect(ports, caller));
    return result.kind === 'answered';
  }

  /** `$disconnect`: nobody waits for it. */
  disconnect(caller: Caller): void {
    void this.#invoke('disconnect', (ports) => disconnect(ports, caller));
  }

  /** A frame of a client: the frame that answers it, which is the gateway's own if the function died. */
  async route(caller: Caller, body: string): Promise<string> {
    const actions = { ...COMMANDS, ...QUERIES, ...SIGNALS, ...IDENTITY };
    const result = await this.#invoke('route', (ports) => dispatch(ports, actions, caller, body));
    if (result.kind === 'answered') return JSON.stringify(result.value);
    const { connectionId } = caller;
    return JSON.stringify({ message: 'Internal server error', connectionId, requestId: 'gateway' });
  }

  /** Looks at the queue: gives workers what waits, as far as there are workers. */
  poll(): void {
    this.#waking?.();
    this.#waking = undefined;
    while (this.#workers < WORKERS) {
      const nudges = this.queue.receive(this.#options.plan.between(1, BATCH_SIZE));
      if (nudges.length === 0) break;
      void this.#deliver(nudges);
      if (this.#options.plan.strikes('nudge_twice')) void this.#deliver(nudges);
    }
    const { nextAt } = this.queue;
    if (nextAt === undefined || this.#workers >= WORKERS) return;
    const { scheduler } = this.#options;
    const wait = Math.max(1, nextAt - scheduler.clock.now());
    this.#waking = scheduler.after(wait, () => this.poll());
  }

  /** Nothing that is running goes on. */
  killAll(): void {
    for (const invocation of this.#running) invocation.kill();
  }

  async #deliver(nudges: readonly ReceivedNudge[]): Promise<void> {
    this.#workers += 1;
    const result = await this.#invoke('fan-out', (ports) => deliverNudges(ports, nudges));
    this.#workers -= 1;
    if (result.kind === 'answered') {
      const failed = new Set(result.value);
      for (const { messageId, receiptHandle } of nudges)
        if (!failed.has(messageId)) this.queue.remove(receiptHandle);
    }
    this.poll();
  }

  /** Runs a function to its end, which may be that it fails or is killed. */
  async #invoke<Value>(
    name: FunctionName,
    work: (ports: AllPorts) => Promise<Value>,
  ): Promise<{ kind: 'answered'; value: Value } | { kind: 'failed' }> {
    this.#invocations += 1;
    const number = this.#invocations;
    const { scheduler, plan, observe, killAt } = this.#options;
    const invocation = new Invocation({
      scheduler,
      plan,
      observe: (call, outcome) => observe(number, name, call, outcome),
      killAt: killAt(name),
    });
    this.#running.add(invocation);
    const stopTimeout = scheduler.after(TIMEOUT_MS, () => invocation.kill());
    const killed = new Promise<{ kind: 'failed' }>((resolve) => {
      invocation.onKilled(() => resolve({ kind: 'failed' }));
    });
    const answered = work(this.#portsOf(invocation)).then(
      (value) => ({ kind: 'answered', value }) as const,
      () => ({ kind: 'failed' }) as const,
    );
    const result = await Promise.race([answered, killed]);
    stopTimeout();
    invocation.finish();
    this.#running.delete(invocation);
    return result;
  }

  #portsOf(invocation: Invocation): AllPorts {
    const { scheduler, plan } = this.#options;
    const queue = invocation.wrap('queue', this.queue);
    const skew = plan.strikes('clock_skew') ? plan.between(-LONGEST_SKEW_MS, LONGEST_SKEW_MS) : 0;
    return {
      conversations: invocation.wrap('conversations', this.conversations),
      users: invocation.wrap('users', this.users),
      attachments: invocation.wrap('attachments', this.attachments),
      queue: {
        nudge: async (conversationId, seq) => {
          await queue.nudge(conversationId, seq);
        },
      },
      receipts: invocation.wrap('receipts', this.queue),
      connections: invocation.wrap('connections', this.#options.connections()),
      clock: { now: () => scheduler.clock.now() + skew },
      random: this.#random,
      timer: { sleep: (milliseconds) => invocation.sleep(milliseconds) },
      log: this.log,
      tokens: invocation.wrap('tokens', this.tokens),
      settings: { ...SETTINGS, generation: this.generation },
    };
  }
}
