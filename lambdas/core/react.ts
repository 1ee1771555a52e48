import type { Changed } from '../../protocol/changed.ts';
import { atMost, LIMITS } from '../../protocol/limits.ts';
import { authored } from './authored.ts';
import type { Caller } from './caller.ts';
import { appendEvent } from './conversation-log/append-event.ts';
import { finishChange } from './finish-change.ts';
import type { MessageEvent, Ports, Reaction } from './ports.ts';
import { reactionOf } from './reactions.ts';
import { isBlocked } from './read-blocks.ts';
import { readMessage } from './read-message.ts';
import { Refusal, tooLarge } from './refusal.ts';

const ROUNDS = 5;

interface Request {
  readonly conversationId: string;
  readonly serverId: string;
  readonly emoji: string;
}

/**
 * Puts an emoji of the caller's to a message, or takes it back: the event first, then the message's row, each
 * emoji of each user for itself, so that nobody waits for anybody. Whoever dies in between leaves the row to the
 * fan-out. Safe to repeat, since what is so already is left.
 *
 * @throws Refusal `not_found`, `message_not_found`, `forbidden`, `too_large`, `busy`
 */
export async function react(
  ports: Ports,
  caller: Caller,
  request: Request,
  on: boolean,
): Promise<Changed> {
  const { conversationId, serverId, emoji } = request;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { head, member, message } = await readMessage(ports, caller, request);
    if (message.deleted) throw new Refusal('message_not_found');
    const { userId } = member;
    const there = reactionOf(message, userId, emoji);
    if ((there?.on ?? false) === on) return finishChange(ports, head, there?.seq ?? message.seq);
    if (there === undefined) refuseTooMany(message, emoji);
    if (on && (await isBlocked(ports, member))) throw new Refusal('forbidden');
    const event = await appendEvent(ports, {
      conversationId,
      userId,
      event: (at) => ({
        type: 'reaction',
        ...authored(ports, head, userId, at),
        serverId,
        emoji,
        on,
      }),
    });
    if (event === undefined) continue;
    const reaction: Reaction = { emoji, userId, on, seq: event.seq };
    await ports.conversations.setReaction(conversationId, message.seq, reaction);
    return finishChange(ports, head, event.seq);
  }
  throw new Refusal('busy');
}

/** Those that were taken back count: the row remembers them. Several at once may go over it by as many. */
function refuseTooMany({ reactions = [] }: MessageEvent, emoji: string): void {
  const emojis = new Set(reactions.map((reaction) => reaction.emoji));
  if (!emojis.has(emoji) && emojis.size >= LIMITS.reactionEmojis)
    throw tooLarge('emoji', atMost(LIMITS.reactionEmojis, 'different ones of a message'));
  if (reactions.length >= LIMITS.reactions)
    throw tooLarge('emoji', atMost(LIMITS.reactions, 'of a message'));
}
