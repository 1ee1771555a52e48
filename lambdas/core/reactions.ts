import { seqOfServerId } from './epoch.ts';
import type {
  ConversationStore,
  EventRow,
  MessageEvent,
  Reaction,
  ReactionEvent,
} from './ports.ts';
import { isMessage } from './read-message.ts';
import type { Related } from './read-related.ts';

/** What became last of a user's emoji at a message; `undefined` if it never was there. */
export function reactionOf(
  { reactions = [] }: MessageEvent,
  userId: string,
  emoji: string,
): Reaction | undefined {
  return reactions.find((one) => one.userId === userId && one.emoji === emoji);
}

/** The messages with what the events say of their reactions, as far as their rows do not say so yet. */
export function withReactions(related: Related, events: readonly EventRow[]): Related {
  const rows = new Map(related);
  for (const { message, reaction } of missingReactions(rows, events)) {
    const { reactions = [] } = message;
    const others = reactions.filter((one) => !isOfSame(one, reaction));
    rows.set(message.seq, { ...message, reactions: [...others, reaction] });
  }
  return rows;
}

/**
 * The same, and the rows say it from now on: whoever reacted may have died before it could write that down
 * (DESIGN §3).
 */
export async function storeReactions(
  conversations: Pick<ConversationStore, 'setReaction'>,
  related: Related,
  events: readonly EventRow[],
): Promise<Related> {
  const rows = new Map(related);
  for (const { message, reaction } of missingReactions(rows, events)) {
    const { conversationId, seq } = message;
    const row = await conversations.setReaction(conversationId, seq, reaction);
    if (row !== undefined) rows.set(seq, row);
  }
  return rows;
}

/** One after the other, each by the rows as they are by then. Of deleted messages there is nothing to be said. */
function* missingReactions(
  rows: Related,
  events: readonly EventRow[],
): Generator<{ readonly message: MessageEvent; readonly reaction: Reaction }> {
  const reactions = events.filter((event) => event.type === 'reaction');
  for (const event of reactions.toSorted((one, other) => one.seq - other.seq)) {
    const message = rows.get(seqOfServerId(event.serverId) ?? 0);
    if (!isMessage(message, event.serverId) || message.deleted) continue;
    const reaction = reactionIn(event);
    const there = reactionOf(message, reaction.userId, reaction.emoji);
    if ((there?.seq ?? 0) < event.seq) yield { message, reaction };
  }
}

function reactionIn({ emoji, senderId, on, seq }: ReactionEvent): Reaction {
  return { emoji, userId: senderId, on, seq };
}

function isOfSame(one: Reaction, other: Reaction): boolean {
  return one.userId === other.userId && one.emoji === other.emoji;
}
