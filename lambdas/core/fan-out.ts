import { LIMITS } from '../../protocol/limits.ts';
import { closeDeleted } from './close-deleted.ts';
import { readForward } from './conversation-log/read.ts';
import { endExpiredSessions } from './end-expired-sessions.ts';
import { packEvents } from './frames.ts';
import { isEntitled, visibleRanges } from './membership.ts';
import type { FanOutPorts, Head } from './ports.ts';
import { postFrames } from './post-frames.ts';
import { storeReactions } from './reactions.ts';
import { readAudience, type Listener } from './read-audience.ts';
import { readRelated } from './read-related.ts';
import { renderForAll, renderFor, type Rendered } from './render-for-all.ts';
import { settleAll } from './settle-all.ts';
import { showUpdate } from './show-update.ts';
import { stepSize } from './step-size.ts';

/** A worker begins nothing more after so long, well before its time-out: what is left comes back with the next nudge. */
const LONGEST_RUN_MS = 5_000;

/** One run of the worker over one conversation. */
interface Run {
  readonly ports: FanOutPorts;
  readonly head: Head;
  /** When it ends, in milliseconds since 1970. */
  readonly until: number;
  /** Connections that did not take a frame: they hold up nothing a second time, and recover the gap. */
  readonly givenUp: Set<string>;
}

/**
 * Delivers a conversation's events between its fan-out cursor and its head to every connection of those
 * entitled, and moves the cursor step by step, after each is posted. The nudge only says that there is news:
 * one that was lost is made good by the next, one that came twice finds nothing to do.
 *
 * @param upTo the nudge's seq
 * @returns how far everything is delivered; less than `upTo` if a hole is too young to be filled or time is up
 */
export async function fanOut(
  ports: FanOutPorts,
  conversationId: string,
  upTo: number,
): Promise<number> {
  const head = await ports.conversations.getHead(conversationId);
  if (head === undefined) return upTo;
  const until = ports.clock.now() + LONGEST_RUN_MS;
  const run: Run = { ports, head, until, givenUp: new Set() };
  let reached = head.fanOutSeq;
  while (reached < head.seq && ports.clock.now() < until) {
    // The log first, the members after: in the other order a member removed in between is sent too much.
    const range = { from: reached + 1, to: head.seq };
    const events = await readForward(ports, head, range, LIMITS.pageEvents);
    if (events.length === 0) break;
    await showUpdate(ports, head, events);
    await closeDeleted(ports, head, events);
    const [{ listeners, expired }, related] = await settleAll([
      readAudience(ports, head, events),
      readRelated(ports, conversationId, events),
    ]);
    const rows = await storeReactions(ports.conversations, related, events);
    const [last] = await settleAll([
      deliver(run, listeners, renderForAll(ports, head, events, rows)),
      endExpiredSessions(ports, expired),
    ]);
    reached = last;
  }
  return reached;
}

/** Answers the seq that it got to: the last one, unless time is up. */
async function deliver(
  run: Run,
  listeners: readonly Listener[],
  rendered: readonly Rendered[],
): Promise<number> {
  const { ports, head, until } = run;
  const size = stepSize(
    listeners,
    rendered.flatMap(({ event }) => event ?? []),
  );
  let reached = 0;
  for (let start = 0; start < rendered.length; start += size) {
    const step = rendered.slice(start, start + size);
    await post(run, listeners, step);
    reached = step.at(-1)?.row.seq ?? reached;
    await ports.conversations.advanceFanOut(head.conversationId, reached);
    if (ports.clock.now() >= until) break;
  }
  return reached;
}

async function post(
  { ports, head, until, givenUp }: Run,
  listeners: readonly Listener[],
  rendered: readonly Rendered[],
): Promise<void> {
  const deliveries = listeners
    .filter(({ session }) => !givenUp.has(session.connectionId))
    .map((listener) => ({
      userId: listener.member.userId,
      session: listener.session,
      frames: framesFor(head, listener, rendered),
    }));
  for (const connectionId of await postFrames(ports, deliveries, until)) givenUp.add(connectionId);
}

/** What one connection gets: the events of the member's stays, but for those it sent itself and got an ack for. */
function framesFor(
  head: Head,
  { member, session }: Listener,
  rendered: readonly Rendered[],
): string[] {
  const ranges = visibleRanges(member, head);
  const events = rendered
    .filter(({ row }) => isEntitled(member, row.seq))
    .filter(({ row }) => !(row.type === 'message' && row.connectionId === session.connectionId))
    .flatMap((one) => renderFor(ranges, one) ?? []);
  return packEvents(events, session.batch);
}
