/**
 * What runs in a function instance: the program that AWS's Node.js runtime runs, against the same Runtime API
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). It is bundled to one plain file and started
 * by `function-instance.ts`; it shares nothing with the runner but this protocol.
 */
import { Worker } from 'node:worker_threads';
import { createContext } from './context.ts';
import { loadHandler, RuntimeError } from './load-handler.ts';
import type { Handler } from './load-handler.ts';
import { callRuntimeApi } from './runtime-client.ts';

/** From here on AWS no longer takes handlers with a callback. */
const FIRST_RUNTIME_WITHOUT_CALLBACKS = 24;

const host = process.env['AWS_LAMBDA_RUNTIME_API'] ?? '';
const runtimeVersion = Number(/nodejs(\d+)/.exec(process.env['AWS_EXECUTION_ENV'] ?? '')?.[1]);
let currentRequestId: string | undefined;

endWithRunner();
process.title = `lambda ${process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? ''}`;
process.on('uncaughtException', (error) => void reportAndExit(error, 129));
process.on('unhandledRejection', (reason) => {
  const message = reason instanceof Error ? String(reason) : JSON.stringify(reason);
  const error = new RuntimeError('UnhandledPromiseRejection', message);
  if (reason instanceof Error && reason.stack !== undefined) error.stack = reason.stack;
  void reportAndExit(error, 128);
});
await serve();

async function serve(): Promise<never> {
  let handler: Handler;
  try {
    handler = await loadHandler(
      process.env['LAMBDA_TASK_ROOT'] ?? '',
      process.env['_HANDLER'] ?? '',
    );
    if (handler.length >= 3 && runtimeVersion >= FIRST_RUNTIME_WITHOUT_CALLBACKS) {
      throw new RuntimeError(
        'CallbackHandlerDeprecated',
        `nodejs${runtimeVersion}.x does not support callback-based handlers; use an async function`,
      );
    }
  } catch (error) {
    return reportAndExit(error, 1);
  }
  for (;;) {
    const next = await callRuntimeApi(host, 'GET', '/invocation/next');
    const { context, requestId, traceId } = createContext(next.headers);
    currentRequestId = requestId;
    process.env['_X_AMZN_TRACE_ID'] = traceId;
    try {
      await answer(requestId, await call(handler, JSON.parse(next.body), context));
    } catch (error) {
      await reportError(error, requestId);
    }
    currentRequestId = undefined;
  }
}

/** Calls the handler the way its runtime does: awaited, or until it calls back. */
function call(handler: Handler, event: unknown, context: object): unknown {
  if (runtimeVersion >= FIRST_RUNTIME_WITHOUT_CALLBACKS) return handler(event, context);
  return new Promise((resolve, reject) => {
    const result = handler(event, context, (error, value) => {
      if (error === undefined || error === null) resolve(value);
      // A callback may be given anything as an error, a string by custom.
      else reject(error instanceof Error ? error : new Error(stringOf(error)));
    });
    if (result instanceof Promise) result.then(resolve, reject);
    else if (handler.length < 3) resolve(undefined);
  });
}

async function answer(requestId: string, result: unknown): Promise<void> {
  let body: string;
  try {
    body = JSON.stringify(result ?? null) ?? 'null';
  } catch (error) {
    throw new RuntimeError('MarshalError', `Unable to stringify response body: ${String(error)}`);
  }
  await callRuntimeApi(host, 'POST', `/invocation/${requestId}/response`, body);
}

async function reportAndExit(error: unknown, exitCode: number): Promise<never> {
  await reportError(error, currentRequestId);
  process.exit(exitCode);
}

/** To the log with its stack, as AWS's runtime does, and to the Runtime API. */
async function reportError(error: unknown, requestId: string | undefined): Promise<void> {
  const isError = error instanceof Error;
  const report = {
    errorType: isError ? error.name : typeof error,
    errorMessage: isError ? error.message : stringOf(error),
    trace: isError ? (error.stack ?? '').split('\n') : [],
  };
  const path = requestId === undefined ? '/init/error' : `/invocation/${requestId}/error`;
  const what = requestId === undefined ? 'Init Error' : 'Invoke Error';
  console.error(`${what} ${isError ? (error.stack ?? String(error)) : report.errorMessage}`);
  await callRuntimeApi(host, 'POST', path, JSON.stringify(report), {
    'Lambda-Runtime-Function-Error-Type': encodeURIComponent(report.errorType),
  });
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}

/**
 * Ends this process when the runner ends, however that ended: the far side of fd 3 is the runner's. On a thread
 * of its own, so that a handler in an endless loop ends too.
 */
function endWithRunner(): void {
  const watch = `
    const { Socket } = require('node:net');
    const end = () => process.kill(process.pid, 'SIGKILL');
    new Socket({ fd: 3 }).on('error', end).on('close', end).resume();
  `;
  new Worker(watch, { eval: true, env: {}, stdout: false, stderr: false }).unref();
}
