import type { FunctionResource } from '../assembly/resources.ts';
import { FunctionInstance } from './function-instance.ts';
import type { InstanceOptions } from './function-instance.ts';
import type { Invocation } from './invoke.ts';
import type { ReportedError } from './runtime-api.ts';

export type PoolOptions = Omit<InstanceOptions, 'onIdle' | 'onEnd'> & {
  /** Instances at a time; further events wait. */
  readonly maximumInstances: number;
  /** After so long without an event an instance ends, unless it is the only one. */
  readonly idleSeconds: number;
};

interface Waiting {
  readonly payload: string;
  readonly resolve: (invocation: Invocation) => void;
}

/**
 * The instances of one function. An event goes to an idle instance, else to a new one, and waits only when
 * `maximumInstances` are busy (AWS would go on scaling; a laptop would not). Above the function's reserved
 * concurrency it is throttled, as on AWS.
 */
export class FunctionPool {
  readonly resource: FunctionResource;
  private readonly options: PoolOptions;
  private readonly instances = new Set<FunctionInstance>();
  /** Those without an event, the one that had the last at the end, each with what ends its time. */
  private readonly idle = new Map<FunctionInstance, () => void>();
  private readonly waiting: Waiting[] = [];
  private readonly warming: ((initError: ReportedError | undefined) => void)[] = [];
  private inFlight = 0;
  private starting = 0;
  private retired = false;
  private readonly empty = new Set<() => void>();

  constructor(options: PoolOptions) {
    this.options = options;
    this.resource = options.resource;
  }

  /** Runs one event. Never rejects. */
  async invoke(payload: string): Promise<Invocation> {
    if (this.inFlight >= (this.resource.reservedConcurrency ?? Infinity)) return THROTTLED;
    this.inFlight += 1;
    try {
      return await new Promise<Invocation>((resolve) => {
        this.waiting.push({ payload, resolve });
        this.dispatch();
      });
    } finally {
      this.inFlight -= 1;
    }
  }

  /** Starts a first instance. Answers why it could not load the handler, if so. */
  warm(): Promise<ReportedError | undefined> {
    if (this.instances.size > 0 || this.resource.reservedConcurrency === 0) {
      return Promise.resolve(undefined);
    }
    return new Promise((resolve) => {
      this.warming.push(resolve);
      this.startInstance();
    });
  }

  /** Lets the events that it has finish, then ends its instances. No event may follow. */
  async retire(): Promise<void> {
    this.retired = true;
    for (const instance of this.idle.keys()) instance.kill();
    if (this.instances.size > 0) await new Promise<void>((resolve) => this.empty.add(resolve));
  }

  /** Ends its instances at once; what they were doing fails. */
  async close(): Promise<void> {
    for (const { resolve } of this.waiting.splice(0)) resolve(STOPPED);
    for (const instance of this.instances) instance.kill();
    await this.retire();
  }

  private dispatch(): void {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const instance = [...this.idle.keys()].at(-1);
      if (instance === undefined) break;
      this.leaveIdle(instance);
      this.waiting.shift();
      void instance.run(next.payload).then(next.resolve);
    }
    const wanted = Math.min(
      this.waiting.length - this.starting,
      this.options.maximumInstances - this.instances.size,
    );
    for (let i = 0; i < wanted; i += 1) this.startInstance();
  }

  private startInstance(): void {
    this.starting += 1;
    let started = false;
    const hasStarted = (initError: ReportedError | undefined): void => {
      if (started) return;
      started = true;
      this.starting -= 1;
      const warm = this.warming.shift();
      if (warm !== undefined) warm(initError);
      // The event that asked for an instance gets the error that kept it from starting.
      else if (initError !== undefined) this.waiting.shift()?.resolve({ ok: false, ...initError });
    };
    const instance = FunctionInstance.start({
      ...this.options,
      onIdle: (idle) => {
        hasStarted(undefined);
        this.take(idle);
      },
      onEnd: (ended, initError) => {
        hasStarted(initError);
        this.forget(ended);
      },
    });
    this.instances.add(instance);
  }

  private take(instance: FunctionInstance): void {
    if (this.retired && this.waiting.length === 0) {
      instance.kill();
      return;
    }
    const timer = setTimeout(() => {
      if (this.instances.size === 1) return;
      // At once, so that neither an event nor the time of another counts on it.
      this.leaveIdle(instance);
      this.instances.delete(instance);
      instance.kill();
    }, this.options.idleSeconds * 1000);
    // What waits for an event keeps no runner alive.
    timer.unref();
    this.idle.set(instance, () => clearTimeout(timer));
    this.dispatch();
  }

  private leaveIdle(instance: FunctionInstance): void {
    this.idle.get(instance)?.();
    this.idle.delete(instance);
  }

  private forget(instance: FunctionInstance): void {
    this.instances.delete(instance);
    this.leaveIdle(instance);
    this.dispatch();
    if (this.instances.size > 0) return;
    for (const resolve of this.empty) resolve();
    this.empty.clear();
  }
}

const THROTTLED: Invocation = {
  ok: false,
  errorType: 'TooManyRequestsException',
  errorMessage: 'Rate Exceeded.',
};

const STOPPED: Invocation = {
  ok: false,
  errorType: 'ServiceException',
  errorMessage: 'The local cloud has stopped.',
};
