import type { ReactionOfMessage } from '../../protocol/add-reaction.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { jsonBytes } from './frames.ts';
import type { MessageEvent, Reaction } from './ports.ts';
import type { View } from './view.ts';

/**
 * The emojis that stand at a message, as far as the reader sees who put them there: the emoji that came first is
 * the first, and so is the user, but for the reader itself. So many users are named as a frame has room for.
 */
export function renderReactions(message: MessageEvent, view: View): ReactionOfMessage[] {
  const seen = seenReactions(message, view);
  const emojis = [...new Set(seen.map(({ emoji }) => emoji))];
  let room: number = LIMITS.reactionNameBytes;
  return emojis.map((emoji) => {
    const reactions = seen.filter((one) => one.emoji === emoji);
    const userIds: string[] = [];
    for (const { userId } of readersFirst(reactions, view)) {
      room -= jsonBytes(userId) + 1;
      if (room < 0) break;
      userIds.push(userId);
    }
    return { emoji, count: reactions.length, userIds };
  });
}

/** By so many it stands there. */
export function countReactions(message: MessageEvent, emoji: string, view: View): number {
  return seenReactions(message, view).filter((one) => one.emoji === emoji).length;
}

function seenReactions({ reactions = [] }: MessageEvent, view: View): Reaction[] {
  return reactions
    .filter(({ on, seq }) => on && view.sees(seq))
    .toSorted((one, other) => one.seq - other.seq);
}

function readersFirst(reactions: readonly Reaction[], { readerId }: View): Reaction[] {
  const isOwn = ({ userId }: Reaction): boolean => userId === readerId;
  return [...reactions.filter(isOwn), ...reactions.filter((one) => !isOwn(one))];
}
