import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionResource } from '../../../local/assembly/resources.ts';
import { credentialsOf } from '../../../local/lambda/credentials.ts';
import { FunctionHost } from '../../../local/lambda/function-host.ts';
import type { FunctionHostOptions } from '../../../local/lambda/function-host.ts';
import type { FunctionLogLine } from '../../../local/lambda/function-instance.ts';
import { isAlive } from '../../support/is-alive.ts';
import { until } from '../../support/until.ts';
import { aFunction, codeAsset } from './a-function.ts';
import { DEFLATED, zipOf } from './zip-of.ts';

/** Waits until the file `signal` is there, if one is given. */
const WAITS_FOR_FILE = `
  import { existsSync } from 'node:fs';
  export const handler = async ({ signal }) => {
    while (signal && !existsSync(signal)) await new Promise((r) => setTimeout(r, 5));
    return VERSION + ' ' + process.pid;
  };
  const VERSION = 'v1';`;

/** Answers only once three are running, each in a process of its own. */
const MEETS = `
  import { readdirSync, writeFileSync } from 'node:fs';
  let running = 0;
  export const handler = async ({ meeting }) => {
    running += 1;
    const atOnce = running;
    writeFileSync(meeting + '/' + process.pid, '');
    while (readdirSync(meeting).length < 3) await new Promise((r) => setTimeout(r, 5));
    running -= 1;
    return { atOnce, pid: process.pid };
  };`;

const hosts: FunctionHost[] = [];
const lines: FunctionLogLine[] = [];

async function hostOf(
  functions: readonly FunctionResource[],
  options: Partial<FunctionHostOptions> = {},
): Promise<FunctionHost> {
  const host = new FunctionHost({
    region: 'eu-west-1',
    endpointUrl: 'http://127.0.0.1:4566',
    log: (line) => lines.push(line),
    ...options,
  });
  hosts.push(host);
  expect(await host.load(functions)).toEqual([]);
  return host;
}

async function payloadOf(host: FunctionHost, name: string, event: unknown = {}): Promise<unknown> {
  const invocation = await host.invoke(name, event);
  if (!invocation.ok) throw new Error(`${invocation.errorType}: ${invocation.errorMessage}`);
  return invocation.payload;
}

async function failureOf(overrides: Partial<FunctionResource>, code = ''): Promise<unknown> {
  const host = new FunctionHost({ region: 'eu-west-1', endpointUrl: 'http://127.0.0.1:1' });
  hosts.push(host);
  const [failure] = await host.load([aFunction(code, overrides)]);
  return failure;
}

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
  lines.length = 0;
});

describe('the function host', () => {
  it('answers what the handler answers, by name, by ARN and by qualified ARN', async () => {
    const subject = aFunction('export const handler = async (event) => ({ got: event });');
    const host = await hostOf([subject]);
    for (const name of ['subject', subject.arn, `${subject.arn}:live`]) {
      expect(await host.invoke(name, { a: 1 })).toEqual({ ok: true, payload: { got: { a: 1 } } });
    }
  });

  it('answers null where the handler answers nothing', async () => {
    const host = await hostOf([aFunction('export const handler = async () => {};')]);
    expect(await host.invoke('subject', {})).toEqual({ ok: true, payload: null });
  });

  it('gives an instance one event at a time and as many instances as there are events at once', async () => {
    const host = await hostOf([aFunction(MEETS)]);
    const meeting = codeAsset({});
    const answers = await Promise.all([1, 2, 3].map(() => payloadOf(host, 'subject', { meeting })));
    expect(answers).toMatchObject([{ atOnce: 1 }, { atOnce: 1 }, { atOnce: 1 }]);
  });

  it('ends instances that have had no event for a while, but for the last', async () => {
    const host = await hostOf([aFunction(MEETS)], { idleSeconds: 0.05 });
    const meeting = codeAsset({});
    const answers = await Promise.all([1, 2, 3].map(() => payloadOf(host, 'subject', { meeting })));
    const pids = (answers as { pid: number }[]).map(({ pid }) => pid);
    const left = await until(() => {
      const alive = pids.filter(isAlive);
      return alive.length === 1 ? alive : undefined;
    });
    expect(await payloadOf(host, 'subject', { meeting })).toMatchObject({ pid: left[0] });
  });

  it('lets events wait when the bound of instances is reached', async () => {
    const code = 'export const handler = async () => process.pid;';
    const host = await hostOf([aFunction(code)], { maximumInstances: 2 });
    const pids = await Promise.all(Array.from({ length: 20 }, () => payloadOf(host, 'subject')));
    expect(new Set(pids).size).toBeLessThanOrEqual(2);
  });

  it('throttles above the reserved concurrency', async () => {
    const host = await hostOf([aFunction(WAITS_FOR_FILE, { reservedConcurrency: 1 })]);
    const signal = join(codeAsset({}), 'signal');
    const first = host.invoke('subject', { signal });
    expect(await host.invoke('subject', {})).toMatchObject({
      ok: false,
      errorType: 'TooManyRequestsException',
    });
    writeFileSync(signal, '');
    expect(await first).toMatchObject({ ok: true });
  });

  it('keeps globals between the events of an instance', async () => {
    const host = await hostOf([
      aFunction('let count = 0; export const handler = async () => (count += 1);'),
    ]);
    expect(await payloadOf(host, 'subject')).toBe(1);
    expect(await payloadOf(host, 'subject')).toBe(2);
  });

  it("has the template's environment and Lambda's own, and nothing of the runner's but PATH", async () => {
    process.env['RUNNER_SECRET'] = 'not for functions';
    const subject = aFunction('export const handler = async () => process.env;', {
      environment: { TABLE: 'things', QUEUE: 'https://sqs.eu-west-1.amazonaws.com/1/q' },
    });
    const host = await hostOf([subject], {
      localize: (value) => value.replace('https://sqs.eu-west-1.amazonaws.com', 'http://here'),
    });
    const environment = (await payloadOf(host, 'subject')) as Record<string, string>;
    delete process.env['RUNNER_SECRET'];
    const credentials = credentialsOf(subject.arn);
    expect(environment).toMatchObject({
      TABLE: 'things',
      QUEUE: 'http://here/1/q',
      PATH: process.env['PATH'],
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_LAMBDA_FUNCTION_NAME: 'subject',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      _HANDLER: 'index.handler',
    });
    const others = Object.keys(environment).filter((name) => !/^(AWS_|LAMBDA_|_)/.test(name));
    expect(others.toSorted()).toEqual(['LANG', 'PATH', 'QUEUE', 'TABLE', 'TZ']);
  });

  it('gives the handler a context', async () => {
    const subject = aFunction(
      `export const handler = async (event, context) =>
         ({ ...context, remaining: context.getRemainingTimeInMillis() });`,
      { timeoutSeconds: 7 },
    );
    const host = await hostOf([subject]);
    const context = (await payloadOf(host, 'subject')) as Record<string, unknown>;
    expect(context).toMatchObject({
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      functionName: 'subject',
      functionVersion: '$LATEST',
      invokedFunctionArn: subject.arn,
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/subject',
    });
    expect(context['remaining']).toBeGreaterThan(0);
    expect(context['remaining']).toBeLessThanOrEqual(7000);
  });

  it('forwards what the handler writes, with the name of the function', async () => {
    const host = await hostOf([
      aFunction(
        `export const handler = async () => { console.log('out'); console.error('err'); };`,
      ),
    ]);
    await payloadOf(host, 'subject');
    await until(() => lines.length === 2);
    expect(lines).toContainEqual({ functionName: 'subject', stream: 'stdout', text: 'out' });
    expect(lines).toContainEqual({ functionName: 'subject', stream: 'stderr', text: 'err' });
  });
});

describe('a handler that fails', () => {
  it('answers the error that it throws and keeps the instance', async () => {
    const code = `
      let count = 0;
      export const handler = async (event) => {
        count += 1;
        if (event.fail) throw new RangeError('too far');
        return count;
      };`;
    const host = await hostOf([aFunction(code)]);
    expect(await host.invoke('subject', { fail: true })).toEqual({
      ok: false,
      errorType: 'RangeError',
      errorMessage: 'too far',
    });
    expect(await payloadOf(host, 'subject')).toBe(2);
  });

  it('is ended at its time-out, even in an endless loop, and followed by a new instance', async () => {
    const code = `export const handler = async (event) => { for (; event.spin;); return process.pid; };`;
    const host = await hostOf([aFunction(code, { timeoutSeconds: 1 })]);
    const before = await payloadOf(host, 'subject');
    expect(await host.invoke('subject', { spin: true })).toEqual({
      ok: false,
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(
        /^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/,
      ) as string,
    });
    expect(await payloadOf(host, 'subject')).not.toBe(before);
    const said = expect.stringMatching(/Task timed out after 1\.00 seconds$/) as string;
    expect(lines).toEqual([{ functionName: 'subject', stream: 'stderr', text: said }]);
  });

  it('reports a crash as Runtime.ExitError and goes on with a new instance', async () => {
    const code = `export const handler = async (event) => { if (event.exit) process.exit(3); return 1; };`;
    const host = await hostOf([aFunction(code)]);
    expect(await host.invoke('subject', { exit: true })).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('exit status 3') as string,
    });
    expect(lines).toMatchObject([{ text: expect.stringContaining('exit status 3') as string }]);
    expect(await payloadOf(host, 'subject')).toBe(1);
  });

  it('reports an unhandled rejection under its type', async () => {
    const code = `export const handler = async () => {
      Promise.reject(new Error('lost'));
      await new Promise(() => setTimeout(() => {}, 5000));
    };`;
    const host = await hostOf([aFunction(code)]);
    expect(await host.invoke('subject', {})).toEqual({
      ok: false,
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: lost',
    });
  });

  it('refuses payloads over 6 MB in either direction', async () => {
    const code = `export const handler = async (event) => 'x'.repeat(event.size ?? 1);`;
    const host = await hostOf([aFunction(code, { memoryMegabytes: 512 })]);
    expect(await host.invoke('subject', 'x'.repeat(6_291_456))).toMatchObject({
      errorType: 'RequestTooLargeException',
    });
    expect(await host.invoke('subject', { size: 6_291_556 })).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
    expect(await payloadOf(host, 'subject')).toBe('x');
  });
});

describe('loading a handler', () => {
  it.each([
    [
      'throws',
      { codeDirectory: codeAsset({ 'index.mjs': `throw new TypeError('no table');` }) },
      'TypeError',
      'no table',
    ],
    [
      'does not parse',
      { codeDirectory: codeAsset({ 'index.mjs': 'export const handler = ;' }) },
      'Runtime.UserCodeSyntaxError',
      'SyntaxError',
    ],
    [
      'imports what is not bundled',
      { codeDirectory: codeAsset({ 'index.mjs': `import 'zod'; export const handler = 1;` }) },
      'Runtime.ImportModuleError',
      'zod',
    ],
    ['is not there', { handler: 'other.handler' }, 'Runtime.ImportModuleError', 'other'],
    [
      'does not export it',
      { handler: 'index.other' },
      'Runtime.HandlerNotFound',
      'index.other is undefined or not exported',
    ],
    [
      'takes a callback where the runtime no longer does',
      { codeDirectory: codeAsset({ 'index.mjs': 'export const handler = (e, c, done) => {};' }) },
      'Runtime.CallbackHandlerDeprecated',
      'async',
    ],
  ])('reports a module that %s', async (_, overrides, errorType, message) => {
    expect(await failureOf(overrides)).toEqual({
      functionName: 'subject',
      errorType,
      errorMessage: expect.stringContaining(message) as string,
    });
  });

  it('loads CommonJS, nested handlers, and the SDK that the runtime brings along', async () => {
    const commonjs = codeAsset({
      'src/index.js': `
        const { SQSClient } = require('@aws-sdk/client-sqs');
        exports.api = { handler: async () => typeof SQSClient };`,
    });
    const host = await hostOf([
      aFunction('', { codeDirectory: commonjs, handler: 'src/index.api.handler' }),
    ]);
    expect(await payloadOf(host, 'subject')).toBe('function');
  });

  it('calls handlers with a callback on the runtimes that take them', async () => {
    const host = await hostOf([
      aFunction('export const handler = (event, context, done) => done(null, event);', {
        runtime: 'nodejs22.x',
      }),
    ]);
    expect(await payloadOf(host, 'subject', 'echo')).toBe('echo');
  });

  it('unpacks a zip asset', async () => {
    const zip = zipOf({ 'index.mjs': 'export const handler = async () => "zipped";' }, DEFLATED);
    const codeDirectory = join(codeAsset({}), 'code.zip');
    writeFileSync(codeDirectory, zip);
    const host = await hostOf([aFunction('', { codeDirectory })]);
    expect(await payloadOf(host, 'subject')).toBe('zipped');
  });

  it('runs inline code', async () => {
    const host = await hostOf([
      aFunction('', { codeDirectory: '', inlineCode: 'exports.handler = async () => "inline";' }),
    ]);
    expect(await payloadOf(host, 'subject')).toBe('inline');
  });

  it('names a runtime that it does not run', async () => {
    const host = await hostOf([aFunction('', { runtime: 'python3.13' })]);
    expect(await host.invoke('subject', {})).toMatchObject({
      errorType: 'Runtime.Unsupported',
      errorMessage: expect.stringContaining('python3.13') as string,
    });
  });

  it('answers ResourceNotFoundException for a function that is not there', async () => {
    const host = await hostOf([]);
    expect(await host.invoke('nobody', {})).toMatchObject({
      errorType: 'ResourceNotFoundException',
    });
  });
});

describe('loading anew', () => {
  it('serves the new code, and lets the old finish its event', async () => {
    const host = await hostOf([aFunction(WAITS_FOR_FILE)]);
    const signal = join(codeAsset({}), 'signal');
    const slow = payloadOf(host, 'subject', { signal });
    expect(await host.load([aFunction(WAITS_FOR_FILE.replace('v1', 'v2'))])).toEqual([]);
    expect(await payloadOf(host, 'subject')).toMatch(/^v2 /);
    writeFileSync(signal, '');
    expect(await slow).toMatch(/^v1 /);
  });

  it('keeps the instances of a function that has not changed', async () => {
    const subject = aFunction(WAITS_FOR_FILE);
    const host = await hostOf([subject]);
    const before = await payloadOf(host, 'subject');
    expect(await host.load([{ ...subject }])).toEqual([]);
    expect(await payloadOf(host, 'subject')).toBe(before);
  });

  it('keeps the old code when the new does not load', async () => {
    const host = await hostOf([aFunction(WAITS_FOR_FILE)]);
    const failures = await host.load([aFunction('throw new Error("broken");')]);
    expect(failures).toEqual([
      { functionName: 'subject', errorType: 'Error', errorMessage: 'broken' },
    ]);
    expect(await payloadOf(host, 'subject')).toMatch(/^v1 /);
  });
});
