import type { FunctionResource } from '../assembly/resources.ts';
import type { FunctionLogLine } from './function-instance.ts';
import { FunctionPool } from './function-pool.ts';
import type { Invocation } from './invoke.ts';
import { fingerprintOf, Staging } from './staging.ts';

export interface FunctionHostOptions {
  readonly region: string;
  /** The local AWS endpoint: `AWS_ENDPOINT_URL` of every function. */
  readonly endpointUrl: string;
  /** Turns an address on AWS into one on this machine, in the values of environment variables. Default: as it is. */
  readonly localize?: (value: string) => string;
  /** Gets every line that a function writes. Default: none. */
  readonly log?: (line: FunctionLogLine) => void;
  /** Instances of one function at a time; further events wait. Default: 10. */
  readonly maximumInstances?: number;
  /** After so long without an event an instance ends, but for the last of a function. Default: 300. */
  readonly idleSeconds?: number;
}

/** Why the code of a function cannot be run. */
export interface LoadFailure {
  readonly functionName: string;
  readonly errorType: string;
  readonly errorMessage: string;
}

interface HostedFunction {
  readonly pool: FunctionPool;
  /** The definition and the state of the code: what it takes to tell whether the function has changed. */
  readonly fingerprint: string;
  readonly remove: () => Promise<void>;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAXIMUM_REQUEST_BYTES = 6_291_456;
const DEFAULT_MAXIMUM_INSTANCES = 10;
const DEFAULT_IDLE_SECONDS = 300;

/**
 * Runs the functions of a template, each in processes of its own, over the real Lambda Runtime API.
 * Functions of a runtime other than Node.js answer every event with `Runtime.Unsupported`.
 */
export class FunctionHost {
  private readonly options: Required<FunctionHostOptions>;
  private readonly staging: Promise<Staging>;
  private functions = new Map<string, HostedFunction>();
  private readonly retiring = new Set<HostedFunction>();

  constructor(options: FunctionHostOptions) {
    this.options = {
      localize: (value) => value,
      log: () => {},
      maximumInstances: DEFAULT_MAXIMUM_INSTANCES,
      idleSeconds: DEFAULT_IDLE_SECONDS,
      ...options,
    };
    this.staging = Staging.create();
    // `load` awaits it and reports.
    this.staging.catch(() => {});
  }

  /**
   * Takes over these functions: stages their code and starts an instance of each. Functions that were there and
   * have changed go on with their old instances until their events are done; unchanged ones keep theirs. If any
   * handler cannot be loaded, nothing changes and the failures are answered.
   */
  async load(resources: readonly FunctionResource[]): Promise<readonly LoadFailure[]> {
    const next = await Promise.all(resources.map((resource) => this.host(resource)));
    const results = await Promise.all(
      next.map(async ({ pool }): Promise<LoadFailure | undefined> => {
        const error = isRunnable(pool.resource) ? await pool.warm() : undefined;
        return error && { functionName: pool.resource.name, ...error };
      }),
    );
    const failures = results.filter((failure) => failure !== undefined);
    const before = [...this.functions.values()];
    const succeeds = failures.length === 0;
    if (succeeds)
      this.functions = new Map(next.map((hosted) => [hosted.pool.resource.name, hosted]));
    const kept = new Set(succeeds ? next : before);
    for (const hosted of succeeds ? before : next) if (!kept.has(hosted)) void this.retire(hosted);
    return failures;
  }

  /** Invokes a function by its name or ARN (with or without a version or alias). Never rejects. */
  readonly invoke = async (functionNameOrArn: string, event: unknown): Promise<Invocation> => {
    const pool = this.functions.get(nameOf(functionNameOrArn))?.pool;
    if (pool === undefined) {
      const errorMessage = `Function not found: ${functionNameOrArn}`;
      return { ok: false, errorType: 'ResourceNotFoundException', errorMessage };
    }
    if (!isRunnable(pool.resource)) {
      const errorMessage = `The local cloud does not run ${pool.resource.runtime}, only Node.js.`;
      return { ok: false, errorType: 'Runtime.Unsupported', errorMessage };
    }
    const payload = JSON.stringify(event) ?? 'null';
    if (Buffer.byteLength(payload) > MAXIMUM_REQUEST_BYTES) {
      const errorMessage = `Request must be smaller than ${MAXIMUM_REQUEST_BYTES} bytes for the InvokeFunction operation`;
      return { ok: false, errorType: 'RequestTooLargeException', errorMessage };
    }
    return pool.invoke(payload);
  };

  /** Ends every instance at once and removes what was staged. */
  async close(): Promise<void> {
    const all = [...this.functions.values(), ...this.retiring];
    this.functions = new Map();
    await Promise.all(all.map(({ pool }) => pool.close()));
    await (await this.staging).remove();
  }

  private async host(resource: FunctionResource): Promise<HostedFunction> {
    const fingerprint = `${JSON.stringify(resource)}\n${await fingerprintOf(resource)}`;
    const existing = this.functions.get(resource.name);
    if (existing?.fingerprint === fingerprint) return existing;
    const staging = await this.staging;
    const { bootstrapFile } = staging;
    const taskRoot = isRunnable(resource) ? await staging.stage(resource) : staging.root;
    const pool = new FunctionPool({ ...this.options, resource, bootstrapFile, taskRoot });
    return { pool, fingerprint, remove: () => staging.unstage(taskRoot) };
  }

  private async retire(hosted: HostedFunction): Promise<void> {
    this.retiring.add(hosted);
    await hosted.pool.retire();
    this.retiring.delete(hosted);
    await hosted.remove();
  }
}

function isRunnable(resource: FunctionResource): boolean {
  return resource.runtime.startsWith('nodejs');
}

/** `arn:aws:lambda:region:account:function:name[:qualifier]`, `name[:qualifier]`. */
function nameOf(functionNameOrArn: string): string {
  const parts = functionNameOrArn.split(':');
  return (parts[0] === 'arn' ? parts[6] : parts[0]) ?? '';
}
