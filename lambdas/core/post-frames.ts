import { eachLimited } from './each-limited.ts';
import { Unavailable, type FanOutPorts, type PostOutcome, type Session } from './ports.ts';
import { backoffMs } from './retry.ts';
import { isYoung, YOUNG_MS } from './sessions.ts';

/** So many posts at once: enough to keep a worker busy, few enough to leave the account's rate to others. */
const POSTS_AT_ONCE = 50;
/** So often a frame is posted to a connection that is slow or limited; then gap recovery takes over. */
const ATTEMPTS = 6;
const FIRST_DELAY_MS = 50;
/** The frames that one connection gets, in their order. */
export interface Delivery {
  readonly userId: string;
  readonly session: Session;
  readonly frames: readonly string[];
}

/**
 * Posts each connection its frames in order. What is slow, limited or young is tried again with jitter,
 * for that connection alone; what is gone loses its session; nothing here fails the others.
 *
 * @param until when the last try may begin, in milliseconds since 1970
 * @returns the connections that are given up: they miss a frame, and recover the gap
 */
export async function postFrames(
  ports: FanOutPorts,
  deliveries: readonly Delivery[],
  until: number,
): Promise<readonly string[]> {
  let waiting = deliveries.filter(({ frames }) => frames.length > 0);
  for (let attempt = 1; waiting.length > 0 && attempt <= ATTEMPTS; attempt += 1) {
    if (attempt > 1) {
      await ports.timer.sleep(backoffMs(ports.random, attempt - 1, FIRST_DELAY_MS));
      if (ports.clock.now() >= until) break;
    }
    const left: Delivery[] = [];
    await eachLimited(waiting, POSTS_AT_ONCE, async (delivery) => {
      const frames = await postInOrder(ports, delivery);
      if (frames.length > 0) left.push({ ...delivery, frames });
    });
    waiting = left;
  }
  const givenUp = waiting.map(({ session }) => session.connectionId);
  for (const connectionId of givenUp) ports.log.write('warn', 'post_given_up', { connectionId });
  return givenUp;
}

/** Posts until a frame does not go through for now. Answers the frames that are left to try again. */
async function postInOrder(ports: FanOutPorts, delivery: Delivery): Promise<readonly string[]> {
  const { session, userId, frames } = delivery;
  for (const [index, frame] of frames.entries()) {
    // Young or not when it was asked: the answer may have taken longer than the connection.
    const postedAt = ports.clock.now();
    const outcome = await ports.connections.post(session.connectionId, frame);
    const next = nextStep(outcome, session, postedAt);
    if (next === 'again') return frames.slice(index);
    if (next === 'remove') await removeGone(ports, userId, session.connectionId, postedAt);
    if (outcome === 'forbidden') {
      // Our configuration, not this connection: no session is removed, and an alarm counts this line (F-07).
      ports.log.write('error', 'post_forbidden', { connectionId: session.connectionId });
    }
    if (outcome === 'rejected') {
      ports.log.write('error', 'post_rejected', { connectionId: session.connectionId });
    }
    if (next !== 'go_on') return [];
  }
  return [];
}

function nextStep(
  outcome: PostOutcome,
  session: Session,
  postedAt: number,
): 'go_on' | 'again' | 'remove' | 'stop' {
  switch (outcome) {
    case 'sent':
    case 'rejected':
      return 'go_on';
    case 'limited':
    case 'failed':
      return 'again';
    case 'gone':
      return isYoung(session, postedAt) ? 'again' : 'remove';
    case 'forbidden':
      return 'stop';
  }
}

async function removeGone(
  ports: FanOutPorts,
  userId: string,
  connectionId: string,
  postedAt: number,
): Promise<void> {
  try {
    await ports.users.removeSession(userId, connectionId, postedAt - YOUNG_MS);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    ports.log.write('warn', 'session_not_removed', { connectionId });
  }
}
