import type { Done } from '../../protocol/done.ts';
import { TYPING } from '../../protocol/limits.ts';
import type { TypingStart, TypingStop } from '../../protocol/typing.ts';
import type { Caller } from './caller.ts';
import type { Member, MemberUpdated, SignalPorts } from './ports.ts';
import { readPlace } from './read-place.ts';
import { readOthers } from './read-others.ts';
import { tell } from './tell.ts';

const DONE: Done = { type: 'done' };

/** PROTOCOL §typing_start: tells the others, unless it did a moment ago. */
export async function typingStart(
  ports: SignalPorts,
  caller: Caller,
  { conversationId }: TypingStart,
): Promise<Done> {
  const now = ports.clock.now();
  return relay(ports, caller, conversationId, {
    isNews: ({ typingAt = -Infinity }) => typingAt <= now - TYPING.relayedEveryMs,
    note: (member) => ports.conversations.startTyping(member, now, now - TYPING.relayedEveryMs),
    more: { on: true, expiresInMs: TYPING.forgottenAfterMs },
  });
}

/** PROTOCOL §typing_stop: tells the others, if they still hold the caller for writing. */
export async function typingStop(
  ports: SignalPorts,
  caller: Caller,
  { conversationId }: TypingStop,
): Promise<Done> {
  const since = ports.clock.now() - TYPING.forgottenAfterMs;
  return relay(ports, caller, conversationId, {
    isNews: ({ typingAt = -Infinity, typingEnded = -Infinity }) =>
      typingAt > since && typingEnded < typingAt,
    note: (member) => ports.conversations.stopTyping(member, since),
    more: { on: false },
  });
}

interface Relay {
  /** By the row as it was read: what is no news costs no write. */
  readonly isNews: (member: Member) => boolean;
  /** Writes it down, if it still is news: of two at once one is told. */
  readonly note: (member: Member) => Promise<MemberUpdated>;
  readonly more: { readonly on: boolean; readonly expiresInMs?: number };
}

async function relay(
  ports: SignalPorts,
  caller: Caller,
  conversationId: string,
  { isNews, note, more }: Relay,
): Promise<Done> {
  const { head, member } = await readPlace(ports, conversationId, caller.userId);
  if (!isNews(member)) return DONE;
  const others = await readOthers(ports, caller, head);
  if (others.length === 0) return DONE;
  const { updated } = await note(member);
  const { userId } = caller;
  if (updated)
    await tell(ports, caller, others, { type: 'typing', conversationId, userId, ...more });
  return DONE;
}
