import type { ActionsOf } from './dispatch.ts';
import { markRead } from './mark-read.ts';

/** What clients say of themselves, and others are told directly. */
export const SIGNALS: ActionsOf<'signals'> = {
  mark_read: markRead,
};
