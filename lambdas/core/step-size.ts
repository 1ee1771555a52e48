import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import { packEvents } from './frames.ts';
import type { Listener } from './read-audience.ts';

/** So many posts more than one for each connection, and so many to one connection, which follow each other. */
const POSTS_PER_STEP = 500;
const POSTS_IN_A_ROW = 20;

/**
 * After how many events of a page the fan-out cursor moves: after a second or so of posts, which is what a
 * worker that is killed repeats. Were it a whole page, a large group with a backlog would be begun again and
 * again, and never got through. Connections that take batches get few frames for many events, and lose little.
 */
export function stepSize(
  listeners: readonly Listener[],
  events: readonly ConversationEvent[],
): number {
  if (events.length === 0) return 1;
  const plain = listeners.filter(({ session }) => !session.batch).length;
  const framesPerEvent = packEvents(events, true).length / events.length;
  const posts = plain + (listeners.length - plain) * framesPerEvent;
  const inARow = plain > 0 ? 1 : framesPerEvent;
  const most = Math.min(
    (POSTS_PER_STEP + listeners.length) / Math.max(1, posts),
    POSTS_IN_A_ROW / inARow,
  );
  return Math.max(1, Math.floor(most));
}
