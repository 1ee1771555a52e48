import { bug, patch, type Bug } from './bug.ts';

const CORE = 'lambdas/core';
const POSTS = `${CORE}/post-frames.ts`;
const SESSIONS = `${CORE}/sessions.ts`;

export const POSTS_BUGS: readonly Bug[] = [
  bug(
    '429 is not tried again',
    'fan_out_alone',
    patch(
      POSTS,
      `case 'limited':\n    case 'failed':\n      return 'again';`,
      `case 'limited':\n      return 'stop';\n    case 'failed':\n      return 'again';`,
    ),
  ),
  bug(
    '429 costs the session',
    'fan_out_alone',
    patch(
      POSTS,
      `case 'limited':\n    case 'failed':\n      return 'again';`,
      `case 'limited':\n      return 'remove';\n    case 'failed':\n      return 'again';`,
    ),
    patch(POSTS, `connectionId, postedAt - YOUNG_MS)`, `connectionId)`),
  ),
  bug(
    'a post is tried for ever',
    'fan_out_alone',
    patch(POSTS, `const ATTEMPTS = 6;`, `const ATTEMPTS = 7;`),
    patch(POSTS, `case 'sent':`, `case 'sent':\n      return 'again';`),
  ),
  bug(
    'a session stays when its connection is gone',
    'stale_rows',
    patch(POSTS, `? 'again' : 'remove'`, `? 'again' : 'stop'`),
  ),
  bug(
    'a connection that is not open yet loses its session',
    'stale_rows',
    patch(SESSIONS, `const YOUNG_MS = 10_000;`, `const YOUNG_MS = 0;`),
  ),
  bug(
    '$disconnect ends every session of the user',
    'stale_rows',
    patch(
      `${CORE}/disconnect.ts`,
      `await ports.users.removeSession(caller.userId, caller.connectionId);`,
      `const sessions = await ports.users.batchGetSessions([caller.userId]);
  for (const { connectionId } of sessions.found.get(caller.userId) ?? [])
    await ports.users.removeSession(caller.userId, connectionId);`,
    ),
  ),
];
