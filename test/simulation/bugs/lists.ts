import { bug, patch, type Bug } from './bug.ts';

const CORE = 'lambdas/core';

export const LISTS_BUGS: readonly Bug[] = [
  bug(
    "one's own messages are unread",
    'fault_free',
    patch(`${CORE}/summarize.ts`, `event.senderId === member.userId ? event.seq : 0;`, `0;`),
  ),
  bug(
    'a void is the last event',
    'all',
    patch(
      `${CORE}/summarize.ts`,
      `if (event.type !== 'void') lastEvent ??= event;`,
      `lastEvent ??= event;`,
    ),
  ),
  bug(
    'a lease is five heartbeats long',
    'fault_free',
    patch(
      `${CORE}/sessions.ts`,
      `const INTERVALS_PER_LEASE = 2;`,
      `const INTERVALS_PER_LEASE = 5;`,
    ),
  ),
  bug(
    'a heartbeat renews nothing',
    'fault_free',
    patch(
      `${CORE}/ping.ts`,
      `renewLease(ports, caller, request.intervalMs ?? HEARTBEAT.default),`,
      '',
    ),
  ),
];
