import type { EventRow } from '../../../lambdas/core/ports.ts';
import { serverIdOf, type Texts } from './texts.ts';

/** What somebody asked of a message. */
export interface MessageChange {
  readonly type: string;
  readonly serverId: string;
  readonly content?: string;
  readonly emoji?: string;
}

/** Whether a row of the log is what was asked for, or that it was so from the beginning. */
export function isDoneBy(
  texts: Texts,
  { type, serverId, content, emoji }: MessageChange,
  userId: string,
  row: EventRow | undefined,
): boolean {
  if (row?.type === 'message') {
    if (serverIdOf(row) !== serverId) return false;
    return type === 'edit_message' ? texts.at(row) === content : type === 'remove_reaction';
  }
  if (row === undefined || !('serverId' in row) || row.serverId !== serverId) return false;
  switch (row.type) {
    case 'message_edited':
      return type === 'edit_message' && texts.at(row) === content;
    case 'message_deleted':
      return type === 'delete_message';
    case 'reaction': {
      const isOn = type === 'add_reaction';
      return row.on === isOn && row.emoji === emoji && row.senderId === userId;
    }
  }
}
