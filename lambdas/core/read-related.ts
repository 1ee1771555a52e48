import { seqOfServerId } from './epoch.ts';
import { Unavailable, type EventRow, type Ports } from './ports.ts';
import { backoffMs, readAll } from './retry.ts';

const ROWS_PER_BATCH = 100;
/** So often a row is read until it shows what the events say. */
const LOOKS = 4;

type RelatedPorts = Pick<Ports, 'conversations' | 'timer' | 'random'>;

/** Rows of a log, by their numbers. */
export type Related = ReadonlyMap<number, EventRow>;

/**
 * Events as they are now, and the messages that they are about: one batch read for each hundred, none if all are
 * among them. A query is not isolated from a transaction that is being written beside it (F-51): it may show an
 * edit, and the message as it was before.
 *
 * @throws Unavailable when a row stays behind the events
 */
export async function readRelated(
  ports: RelatedPorts,
  conversationId: string,
  events: readonly EventRow[],
): Promise<Related> {
  const related = new Map(events.map((event) => [event.seq, event]));
  const changes = lastChanges(events);
  const about = new Set([...changes.keys(), ...events.flatMap(aboutOf)]);
  for (let look = 1; ; look += 1) {
    const wanted = [...about].filter((seq) => isBehind(related.get(seq), changes.get(seq)));
    if (wanted.length === 0) return related;
    if (look > LOOKS) throw new Unavailable('unable to read a message; a change is being written');
    if (look > 1) await ports.timer.sleep(backoffMs(ports.random, look));
    const rows = await readAll(ports, wanted, ROWS_PER_BATCH, (seqs) =>
      ports.conversations.getEvents(conversationId, seqs),
    );
    for (const [seq, row] of rows) related.set(seq, row);
    // What is not there now never will be: a serverId that nobody gave out.
    for (const seq of wanted) if (!rows.has(seq)) about.delete(seq);
  }
}

/** The messages that the events change, and the last event that changes each. */
function lastChanges(events: readonly EventRow[]): ReadonlyMap<number, number> {
  const changes = new Map<number, number>();
  for (const event of events) {
    if (event.type !== 'message_edited' && event.type !== 'message_deleted') continue;
    const seq = seqOfServerId(event.serverId);
    if (seq !== undefined) changes.set(seq, Math.max(event.seq, changes.get(seq) ?? 0));
  }
  return changes;
}

/** The message that an event says something of, without changing what that says. */
function aboutOf(event: EventRow): number[] {
  const serverId =
    event.type === 'reaction' ? event.serverId : event.type === 'message' && event.replyTo;
  const seq = serverId ? seqOfServerId(serverId) : undefined;
  return seq === undefined ? [] : [seq];
}

/** Whether a row is still to be read: it is not there, or it does not show what the events say. */
function isBehind(row: EventRow | undefined, changedAt = 0): boolean {
  if (row === undefined) return true;
  return row.type === 'message' && (row.lastSeq ?? row.seq) < changedAt;
}
