import { abandonments, ambientUses, environmentReads, scans } from './forbidden.ts';
import { filesOf } from './source-tree.ts';

describe('time, chance, timers and environment', () => {
  it('come through ports in the chat and in the client', () => {
    const found = filesOf(/^(?:lambdas\/core|client|protocol)\/.*\.ts$/).flatMap(({ path, text }) =>
      ambientUses(text).map((use) => `${path}: ${use}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ['the time', 'const now = Date.now();', 'Date.now'],
    ['the time as a date', 'const now = new Date();', 'new Date()'],
    ['the time as text', 'const now = Date();', 'Date'],
    ['the time, kept for later', 'const { now } = Date;', 'Date'],
    ['the time since the start', 'const t = performance.now();', 'performance'],
    ['chance', 'const x = Math.random();', 'Math.random'],
    ['chance, by its name', "const x = Math['random']();", 'Math.'],
    ['chance, kept for later', 'const { random } = Math;', 'Math'],
    ['a random id', 'const id = crypto.randomUUID();', 'crypto'],
    [
      'a random id of Node',
      `import { randomUUID } from 'node:crypto';`,
      'randomUUID of node:crypto',
    ],
    ['all of Node’s crypto', `import * as c from 'node:crypto';`, 'c of node:crypto'],
    ['a timer', 'setTimeout(go, 5);', 'setTimeout'],
    ['a timer of the global object', 'globalThis.setInterval(go, 5);', 'setInterval'],
    [
      'a timer of Node',
      `import { setTimeout as s } from 'node:timers/promises';`,
      'setTimeout of node:timers/promises',
    ],
    ['the environment', 'const x = process.env.X;', 'process'],
    ['a name in an object', 'const ports = { setTimeout };', 'setTimeout'],
  ])('bites: %s', (_what, source, use) => {
    expect(ambientUses(source)).toEqual([use]);
  });

  it.each([
    ['a time that is given', 'const at = new Date(clock.now());'],
    ['reckoning', 'const x = Math.max(1, Math.floor(2));'],
    ['a hash', `import { createHash } from 'node:crypto';`],
    ['a port’s method of that name', 'ports.timer.setTimeout(5); const x = { process: 1 };'],
    ['a type', 'let at: Date;'],
    ['a comment and a text', '// Date.now()\nconst x = "Math.random()";'],
  ])('lets pass: %s', (_what, source) => {
    expect(ambientUses(source)).toEqual([]);
  });
});

describe('promises', () => {
  it('F-16 are all waited for, also where one has failed: settleAll instead of Promise.all', () => {
    const found = filesOf(/^lambdas\/.*(?<!\/settle-all)\.ts$/).flatMap(({ path, text }) =>
      abandonments(text).map((use) => `${path}: ${use}`),
    );
    expect(found).toEqual([]);
  });

  it.each(['all', 'any', 'race'])('bites: Promise.%s', (name) => {
    expect(abandonments(`await Promise.${name}([a(), b()]);`)).toEqual([`Promise.${name}`]);
    expect(abandonments(`await Promise.allSettled([a(), b()]);`)).toEqual([]);
  });
});

describe('environment variables', () => {
  it('are named in lambdas/env.ts alone: handlers pass the environment on whole', () => {
    const found = filesOf(/^lambdas\/.*\.ts$/).flatMap(({ path, text }) =>
      environmentReads(text).map((read) => `${path}: ${read}`),
    );
    expect(found).toEqual([]);
  });

  it('bites on a variable read by name, and not on the whole', () => {
    expect(
      environmentReads(`const x = process.env.TABLE; const y = process.env['TABLE'];`),
    ).toEqual(['process.env.TABLE', 'process.env.…']);
    expect(environmentReads('const ports = portsFrom(process.env);')).toEqual([]);
  });
});

describe('reads of a table', () => {
  it('F-44 go by the key: nothing scans, nothing asks an index, nobody may', () => {
    const found = filesOf(/^(?:lambdas|lib)\/.*\.ts$/).flatMap(({ path, text }) =>
      scans(text).map((use) => `${path}: ${use}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    [`import { ScanCommand } from '@aws-sdk/client-dynamodb';`, 'ScanCommand'],
    [`const x = { IndexName: 'by-user' };`, 'IndexName'],
    [`const x = { ['IndexName']: 'by-user' };`, 'IndexName'],
    [`grant('dynamodb:Scan');`, 'dynamodb:Scan'],
  ])('bites: %s', (source, use) => {
    expect(scans(source)).toContain(use);
  });

  it('takes the direction of a query for what it is', () => {
    expect(scans('const x = { ScanIndexForward: false };')).toEqual([]);
  });
});
