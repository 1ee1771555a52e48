import { bug, patch, type Bug } from './bug.ts';

const CORE = 'lambdas/core';

export const RECOVERY_BUGS: readonly Bug[] = [
  bug(
    'a ping names no heads',
    'heads_alone',
    patch(`${CORE}/ping.ts`, `    seq !== cursor.seq ||`, `    seq < cursor.seq ||`),
  ),
  bug(
    'a client ignores a gap',
    'gap_alone',
    patch(
      'test/simulation/view.ts',
      `return this.#held.size > 0;`,
      `return this.#held.size > 1_000;`,
    ),
  ),
  bug(
    'a client shows what comes after a gap',
    'gap_alone',
    patch(
      'test/simulation/view.ts',
      `!begins && event.seq !== (last?.seq ?? NaN) + 1`,
      `!begins && last === undefined`,
    ),
    patch(
      'test/simulation/view.ts',
      `if (event.seq !== (last?.seq ?? 0) + 1) this.#events.length = 0;`,
      ``,
    ),
  ),
  bug(
    'a sync says too early that this is all',
    'all',
    patch(`${CORE}/sync.ts`, `complete: reached >= end },`, `complete: true },`),
  ),
  bug(
    'a sync goes on in another history',
    'all',
    patch(
      `${CORE}/sync.ts`,
      `cursor.seq === 0 || (cursor.epoch === epoch && cursor.seq <= end);`,
      `cursor.seq <= end;`,
    ),
  ),
  bug(
    'a restore does not change the epoch',
    'all',
    patch(
      `${CORE}/epoch.ts`,
      `return \`\${headEpoch}.\${settings.generation}\`;`,
      `return \`\${headEpoch}.\${settings.generation > 0 ? 1 : 0}\`;`,
    ),
  ),
  bug(
    'a page says too early that there is no more',
    'fault_free',
    patch(
      `${CORE}/list-messages.ts`,
      `complete: reached <= (ranges[0]?.from ?? 1) };`,
      `complete: reached <= 3 };`,
    ),
  ),
];
