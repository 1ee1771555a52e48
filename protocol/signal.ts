import * as z from 'zod';
import { blockMark } from './block-user.ts';
import { deliveredReceipt } from './mark-delivered.ts';
import { readReceipt } from './mark-read.ts';
import { unreadMark } from './mark-unread.ts';
import { muteMark } from './mute-conversation.ts';
import { typing } from './typing.ts';
import { profileUpdated } from './update-profile.ts';
import { settingsUpdated } from './update-settings.ts';

/**
 * What is told directly and best effort, to whoever is connected at that moment: it is no event of a log, has no
 * number, and is told once.
 */
export const signal = z.discriminatedUnion('type', [
  readReceipt,
  deliveredReceipt,
  unreadMark,
  muteMark,
  blockMark,
  typing,
  settingsUpdated,
  profileUpdated,
]);
export type Signal = z.infer<typeof signal>;
