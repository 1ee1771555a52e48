import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { readForward } from './conversation-log/read.ts';
import { endExpiredSessions } from './end-expired-sessions.ts';
import { packEvents } from './frames.ts';
import { isEntitled } from './membership.ts';
import type { EventRow, FanOutPorts, Head, Member, Session } from './ports.ts';
import { postFrames, type Delivery } from './post-frames.ts';
import { readMembers } from './read-members.ts';
import { renderEvent } from './render-event.ts';
import { readAll } from './retry.ts';
import { settleAll } from './settle-all.ts';

/** A worker stops after so long, well before its time-out: what is left comes back with the next nudge. */
const LONGEST_RUN_MS = 5_000;
const USERS_PER_BATCH = 100;

/**
 * Delivers a conversation's events between its fan-out cursor and its head to every connection of those
 * entitled, and moves the cursor after each batch is posted. The nudge only says that there is news: one
 * that was lost is made good by the next, one that came twice finds nothing to do.
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
  const started = ports.clock.now();
  let reached = head.fanOutSeq;
  while (reached < head.seq && ports.clock.now() - started < LONGEST_RUN_MS) {
    // The log first, the members after: in the other order a member removed in between is sent too much.
    const range = { from: reached + 1, to: head.seq };
    const events = await readForward(ports, head, range, LIMITS.pageEvents);
    const last = events.at(-1);
    if (last === undefined) break;
    await deliver(ports, head, events);
    await ports.conversations.advanceFanOut(conversationId, last.seq);
    reached = last.seq;
  }
  return reached;
}

async function deliver(ports: FanOutPorts, head: Head, events: readonly EventRow[]): Promise<void> {
  const members = await readMembers(ports.conversations, head.conversationId);
  const entitled = members.filter((member) =>
    events.some((event) => isEntitled(member, event.seq)),
  );
  const sessions = await readAll(
    ports,
    entitled.map((member) => member.userId),
    USERS_PER_BATCH,
    (userIds) => ports.users.batchGetSessions(userIds),
  );
  const rendered = renderAll(ports, head, events);
  const now = ports.clock.now();
  const deliveries: Delivery[] = [];
  const expired: { userId: string; session: Session }[] = [];
  for (const member of entitled) {
    for (const session of sessions.get(member.userId) ?? []) {
      if (session.expiresAt <= now) expired.push({ userId: member.userId, session });
      else
        deliveries.push({
          userId: member.userId,
          session,
          frames: framesFor(member, session, rendered),
        });
    }
  }
  await settleAll([postFrames(ports, deliveries), endExpiredSessions(ports, expired)]);
}

interface Rendered {
  readonly row: EventRow;
  readonly event: ConversationEvent;
}

/** An event that cannot be rendered is skipped and counted, never a poison that stops the conversation. */
function renderAll(ports: FanOutPorts, head: Head, events: readonly EventRow[]): Rendered[] {
  return events.flatMap((row) => {
    try {
      return [{ row, event: renderEvent(row, head, ports.settings) }];
    } catch {
      ports.log.write('error', 'event_not_rendered', {
        conversationId: row.conversationId,
        seq: row.seq,
      });
      return [];
    }
  });
}

/** What one connection gets: the events of the member's stays, but for those it sent itself and got an ack for. */
function framesFor(member: Member, session: Session, rendered: readonly Rendered[]): string[] {
  const events = rendered
    .filter(({ row }) => isEntitled(member, row.seq))
    .filter(({ row }) => !(row.type === 'message' && row.connectionId === session.connectionId))
    .map(({ event }) => event);
  return packEvents(events, session.batch);
}
