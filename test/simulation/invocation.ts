import {
  Unavailable,
  type Batch,
  type Change,
  type PostOutcome,
} from '../../lambdas/core/ports.ts';
import type { FaultPlan } from './faults.ts';
import { cutBatch, emptyPage } from './partial-reads.ts';
import type { Scheduler } from './scheduler.ts';

/** One call of a port. */
export interface Call {
  readonly port: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** Where an invocation is to be killed: at its call of that number (1, 2, …). */
export interface KillPoint {
  readonly call: number;
  readonly moment: 'before' | 'after';
}

export interface InvocationOptions {
  readonly scheduler: Scheduler;
  readonly plan: FaultPlan;
  /** Sees each call that has had its effect, or failed. */
  readonly observe: (call: Call, outcome: string) => void;
  readonly killAt?: KillPoint | undefined;
}

type Effect = (args: readonly unknown[]) => unknown;

/** The calls that change something, and so can fail when it is done. */
const WRITES = new Set([
  'takeNumber',
  'advanceFanOut',
  'advanceCursor',
  'setUnreadMark',
  'setMutedUntil',
  'startTyping',
  'stopTyping',
  'updateSettings',
  'createProfile',
  'updateProfile',
  'putLocal',
  'moveLocal',
  'putEvent',
  'setReaction',
  'commit',
  'putBlock',
  'deleteBlock',
  'countAction',
  'putSession',
  'renewSession',
  'extendSession',
  'removeSession',
  'nudge',
  'giveBack',
]);

/** What a dead function waits for: a promise of its own, so that it can be forgotten with the function. */
function never(): Promise<never> {
  return new Promise(() => {});
}

/** One run of a function: its calls take time, fail, and end with it when it is killed. */
export class Invocation {
  readonly #options: InvocationOptions;
  #over = false;
  #calls = 0;
  #onKilled: () => void = () => {};

  constructor(options: InvocationOptions) {
    this.#options = options;
  }

  onKilled(action: () => void): void {
    this.#onKilled = action;
  }

  /** Nothing that it does from now on has an effect. */
  kill(): void {
    if (this.#over) return;
    this.#over = true;
    this.#onKilled();
  }

  /** It has answered: what it left running is frozen with it. */
  finish(): void {
    this.#over = true;
  }

  /** A port whose calls go through the plan of faults. */
  wrap<Port extends object>(port: string, target: Port): Port {
    return new Proxy(target, {
      get: (_, method) => {
        const member: unknown = Reflect.get(target, method, target);
        if (typeof member !== 'function' || typeof method !== 'string') return member;
        const effect: Effect = (args) => Reflect.apply(member, target, args) as unknown;
        return (...args: unknown[]) => this.#call({ port, method, args }, effect);
      },
    });
  }

  async sleep(milliseconds: number): Promise<void> {
    await this.#options.scheduler.sleep(milliseconds);
    if (this.#over) await never();
  }

  async #call(call: Call, effect: Effect): Promise<unknown> {
    const { plan, observe } = this.#options;
    this.#calls += 1;
    const number = this.#calls;
    await this.sleep(this.#latency());
    if (plan.strikes('kill_before') || this.#isKilledAt(number, 'before')) return this.#die(call);
    const outcome =
      call.port === 'connections'
        ? await this.#post(call, effect)
        : await this.#effect(call, effect);
    if (plan.strikes('kill_after') || this.#isKilledAt(number, 'after')) return this.#die(call);
    observe(call, call.port === 'connections' ? String(outcome) : 'done');
    if (WRITES.has(call.method) && plan.strikes('fail_after')) this.#fail(call, 'fail_after');
    await this.sleep(this.#latency());
    return outcome;
  }

  async #effect(call: Call, effect: Effect): Promise<unknown> {
    const { plan } = this.#options;
    if (plan.strikes('fail_before')) this.#fail(call, 'fail_before');
    if (call.method === 'commit' && plan.strikes('conflict')) {
      const changes = call.args[0] as readonly Change[];
      const failures = changes.map((_, place) => (place === 0 ? undefined : 'conflict'));
      return { committed: false, failures };
    }
    const empty = emptyPage(call);
    if (empty !== undefined && plan.strikes('empty_page')) return empty;
    const cut = cutBatch(call, (keys) => plan.between(0, keys - 1));
    if (cut !== undefined && plan.strikes('partial_batch')) {
      const batch = (await effect(cut.args)) as Batch<unknown>;
      return { found: batch.found, unprocessed: [...batch.unprocessed, ...cut.left] };
    }
    if (WRITES.has(call.method) && plan.strikes('repeat')) await effect(call.args);
    return effect(call.args);
  }

  /** A post answers with an outcome, never with an exception. */
  async #post(call: Call, effect: Effect): Promise<PostOutcome> {
    const { plan } = this.#options;
    if (plan.strikes('post_limited')) return 'limited';
    if (!plan.strikes('post_failed')) return (await effect(call.args)) as PostOutcome;
    if (plan.between(0, 1) === 1) await effect(call.args);
    return 'failed';
  }

  #fail(call: Call, fault: string): never {
    this.#options.observe(call, fault);
    throw new Unavailable(`unable to ${call.method}; ${fault}`);
  }

  #die(call: Call): Promise<never> {
    this.#options.observe(call, 'killed');
    this.kill();
    return never();
  }

  #isKilledAt(call: number, moment: KillPoint['moment']): boolean {
    const { killAt } = this.#options;
    return killAt?.call === call && killAt.moment === moment;
  }

  /** Some milliseconds; seconds where a delay strikes. */
  #latency(): number {
    const { plan } = this.#options;
    return plan.strikes('delay') ? plan.between(500, 4_000) : plan.between(1, 8);
  }
}
