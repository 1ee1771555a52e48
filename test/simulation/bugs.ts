import type { Bug } from './bugs/bug.ts';
import { FAN_OUT_BUGS } from './bugs/fan-out.ts';
import { HOLES_BUGS } from './bugs/holes.ts';
import { IDEMPOTENCY_BUGS } from './bugs/idempotency.ts';
import { LISTS_BUGS } from './bugs/lists.ts';
import { MEMBERS_BUGS } from './bugs/members.ts';
import { MESSAGES_BUGS } from './bugs/messages.ts';
import { POSTS_BUGS } from './bugs/posts.ts';
import { RECEIPTS_BUGS } from './bugs/receipts.ts';
import { RECOVERY_BUGS } from './bugs/recovery.ts';
import { RIGHTS_BUGS } from './bugs/rights.ts';

/** Every planted mistake, by what it is about. */
export const BUGS: readonly Bug[] = [
  ...RIGHTS_BUGS,
  ...IDEMPOTENCY_BUGS,
  ...HOLES_BUGS,
  ...FAN_OUT_BUGS,
  ...POSTS_BUGS,
  ...RECOVERY_BUGS,
  ...MEMBERS_BUGS,
  ...MESSAGES_BUGS,
  ...LISTS_BUGS,
  ...RECEIPTS_BUGS,
];

/** Mistakes in what does not exist yet, and what will bring it. */
export const PENDING_BUGS: Readonly<Record<string, string>> = {
  'a check, then a push': 'mobile push',
};
