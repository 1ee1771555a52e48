import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { FunctionResource } from '../assembly/resources.ts';
import { instanceEnvironment } from './instance-environment.ts';
import type { InstancePlace } from './instance-environment.ts';
import type { Invocation } from './invoke.ts';
import { RuntimeApi } from './runtime-api.ts';
import type { ReportedError } from './runtime-api.ts';

/** A line that a function wrote. */
export interface FunctionLogLine {
  readonly functionName: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface InstanceOptions extends Omit<InstancePlace, 'runtimeApi' | 'logStreamName'> {
  readonly resource: FunctionResource;
  /** The bundled `runtime/bootstrap.ts`. */
  readonly bootstrapFile: string;
  readonly log: (line: FunctionLogLine) => void;
  /** It waits for an event: after its start, and after each event. */
  readonly onIdle: (instance: FunctionInstance) => void;
  /** It has ended; with the error if that was before it first waited for an event. */
  readonly onEnd: (instance: FunctionInstance, initError: ReportedError | undefined) => void;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const INIT_LIMIT_SECONDS = 10;
/** What V8 gets of the function's memory; the rest is for buffers, as in AWS's own runtime. */
const HEAP_SHARE = 0.9;

interface Running {
  readonly requestId: string;
  readonly resolve: (invocation: Invocation) => void;
  readonly stopTimer: () => void;
}

/**
 * One execution environment of a function: a process of its own that handles one event at a time and keeps its
 * globals between them. It ends when `kill` is called, when the function times out or crashes, and with the runner.
 */
export class FunctionInstance {
  private readonly options: InstanceOptions;
  private readonly api: RuntimeApi;
  private child: ChildProcess | undefined;
  private initialized = false;
  private initError: ReportedError | undefined;
  private running: Running | undefined;
  private stopInitTimer = (): void => {};
  private ended = false;

  private constructor(options: InstanceOptions) {
    this.options = options;
    this.api = new RuntimeApi({
      onNext: () => this.becomeIdle(),
      onInitError: (error) => {
        this.initError = error;
      },
      onResponse: (requestId, payload) =>
        this.finish(requestId, { ok: true, payload: JSON.parse(payload) as unknown }),
      onError: (requestId, error) => this.finish(requestId, { ok: false, ...error }),
    });
  }

  /** Starts a process; `onIdle` or `onEnd` tells what came of it. */
  static start(options: InstanceOptions): FunctionInstance {
    const instance = new FunctionInstance(options);
    instance.spawn().catch((error: unknown) => {
      instance.initError ??= { errorType: 'Runtime.SpawnError', errorMessage: String(error) };
      instance.end();
    });
    return instance;
  }

  /** The process's id, once it has one. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Runs one event. The instance must be idle. Never rejects. */
  run(payload: string): Promise<Invocation> {
    const { resource } = this.options;
    const requestId = randomUUID();
    return new Promise((resolve) => {
      const stopTimer = startTimer(resource.timeoutSeconds, () => {
        this.fail('Sandbox.Timedout', timedOut(resource.timeoutSeconds));
        this.kill();
      });
      this.running = { requestId, resolve, stopTimer };
      const deadline = Date.now() + resource.timeoutSeconds * 1000;
      this.api.deliver({ requestId, functionArn: resource.arn, deadline, payload });
    });
  }

  /** Ends the process at once. */
  kill(): void {
    if (this.child === undefined) this.end();
    else this.child.kill('SIGKILL');
  }

  private async spawn(): Promise<void> {
    const { resource, bootstrapFile, taskRoot } = this.options;
    const runtimeApi = await this.api.listen();
    if (this.ended) return;
    const heap = Math.floor(resource.memoryMegabytes * HEAP_SHARE);
    const logStreamName = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
    const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, bootstrapFile], {
      cwd: taskRoot,
      env: instanceEnvironment(resource, { ...this.options, runtimeApi, logStreamName }),
      // fd 3 is the line by which the instance notices that the runner has ended.
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      // A group of its own, so that Ctrl-C in a terminal reaches only the runner, which ends things in order.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.child = child;
    this.forward(child.stdout, 'stdout');
    this.forward(child.stderr, 'stderr');
    child.stdio[3]?.on('error', () => {});
    child.once('error', (error) => {
      this.initError ??= { errorType: 'Runtime.SpawnError', errorMessage: error.message };
      this.end();
    });
    child.once('exit', (code, signal) => this.exited(code, signal));
    this.stopInitTimer = startTimer(INIT_LIMIT_SECONDS, () => {
      this.initError = {
        errorType: 'Sandbox.Timedout',
        errorMessage: `the function did not finish loading in ${INIT_LIMIT_SECONDS} seconds`,
      };
      this.kill();
    });
  }

  private forward(stream: Readable | null, name: 'stdout' | 'stderr'): void {
    if (stream === null) return;
    const { log, resource } = this.options;
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (text) =>
      log({ functionName: resource.name, stream: name, text }),
    );
  }

  private becomeIdle(): void {
    if (this.ended) return;
    this.initialized = true;
    this.stopInitTimer();
    this.options.onIdle(this);
  }

  private exited(code: number | null, signal: NodeJS.Signals | null): void {
    const error = { errorType: 'Runtime.ExitError', errorMessage: exitMessage(code, signal) };
    if (!this.initialized) this.initError ??= error;
    this.fail(error.errorType, error.errorMessage);
    this.end();
  }

  private fail(errorType: string, message: string): void {
    const { running } = this;
    if (running === undefined) return;
    const errorMessage = `RequestId: ${running.requestId} Error: ${message}`;
    const { resource, log } = this.options;
    // As on AWS, the platform says so in the function's own log: it can say nothing itself any more.
    log({ functionName: resource.name, stream: 'stderr', text: errorMessage });
    this.finish(running.requestId, { ok: false, errorType, errorMessage });
  }

  private finish(requestId: string, invocation: Invocation): void {
    const { running } = this;
    if (running?.requestId !== requestId) return;
    this.running = undefined;
    running.stopTimer();
    running.resolve(invocation);
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.stopInitTimer();
    this.api.close();
    this.options.onEnd(this, this.initialized ? undefined : this.initError);
  }
}

function exitMessage(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') return 'Runtime exited with error: signal: killed';
  if (signal !== null) return `Runtime exited with error: signal: ${signal}`;
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
}

function timedOut(seconds: number): string {
  return `Task timed out after ${seconds.toFixed(2)} seconds`;
}

/** By the machine's clock: what it limits is a real process, which a clock wound by a test does not make faster. */
function startTimer(seconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, seconds * 1000);
  return () => clearTimeout(timer);
}
