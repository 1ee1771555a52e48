import { bug, patch, type Bug } from './bug.ts';

const CORE = 'lambdas/core';
const NUMBER = `${CORE}/conversation-log/number.ts`;
const READ = `${CORE}/conversation-log/read.ts`;

export const HOLES_BUGS: readonly Bug[] = [
  bug(
    'a number that is given up is not voided',
    'fault_free',
    patch(
      NUMBER,
      `await ports.conversations.putEvent(voidAt(ports, conversationId, seq));`,
      `await Promise.resolve();`,
    ),
  ),
  bug(
    'a hole is never filled',
    'fan_out_alone',
    patch(
      NUMBER,
      `if (ports.clock.now() - provenAt < HOLE_AGE_MS) return undefined;`,
      `if (provenAt >= 0) return undefined;`,
    ),
  ),
  bug(
    'a reader skips a hole',
    'fan_out_alone',
    patch(READ, `if (event === undefined) return true;`, `if (event === undefined) continue;`),
  ),
  bug(
    'a page goes on above a hole',
    'all',
    patch(
      READ,
      `if (event === undefined) events = [];\n      else {`,
      `if (event !== undefined) {`,
    ),
  ),
];
