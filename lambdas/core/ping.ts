import type { z } from 'zod';
import type { Cursor } from '../../protocol/fields.ts';
import { HEARTBEAT } from '../../protocol/limits.ts';
import type { Ping, pong as pongSchema } from '../../protocol/ping.ts';
import type { Caller } from './caller.ts';
import { epochOnWire } from './epoch.ts';
import { isCurrent, isDeleted, provenMember } from './membership.ts';
import { isForgotten, nudgeForgotten } from './nudge-forgotten.ts';
import type { Head, Ports } from './ports.ts';
import { readInPart } from './retry.ts';
import { renewLease } from './sessions.ts';
import { settleAll } from './settle-all.ts';

type Pong = z.infer<typeof pongSchema>;

const KEYS_PER_BATCH = 100;

/**
 * PROTOCOL §ping: renews the lease, and names those of the caller's conversations that have moved. The
 * heads are read eventually consistently: a hint that comes a heartbeat late does no harm.
 */
export async function ping(ports: Ports, caller: Caller, request: Ping): Promise<Pong> {
  const [heads] = await settleAll([
    readMoved(ports, caller, Object.entries(request.cursors ?? {})),
    renewLease(ports, caller, request.intervalMs ?? HEARTBEAT.default),
  ]);
  return { type: 'pong', timestamp: ports.clock.now(), heads };
}

async function readMoved(
  ports: Ports,
  caller: Caller,
  held: readonly (readonly [conversationId: string, cursor: Cursor])[],
): Promise<Pong['heads']> {
  const { conversations, settings } = ports;
  const ids = held.map(([id]) => id);
  const { found: heads, unread } = await readInPart(ports, ids, KEYS_PER_BATCH, (some) =>
    conversations.getHeads(some, 'eventual'),
  );
  const hasMoved = ({ seq, epoch }: Head, cursor: Cursor): boolean =>
    seq !== cursor.seq || epochOnWire(epoch, settings) !== cursor.epoch;
  // Those that do not exist, too: ids can be guessed, and the time that an answer takes must not tell.
  const news = held.filter(([id, cursor]) => {
    if (unread.has(id)) return false;
    const head = heads.get(id);
    return head === undefined || hasMoved(head, cursor) || isForgotten(ports, head);
  });
  const newsIds = news.map(([id]) => id);
  const { found: members } = await readInPart(ports, newsIds, KEYS_PER_BATCH, (some) =>
    conversations.getMemberships(caller.userId, some),
  );
  const now = ports.clock.now();
  // Nothing is said of a deleted one, but its last event may have been forgotten.
  const deleted = [...heads].flatMap(([id, head]) =>
    isDeleted(head) && isCurrent(members.get(id)) ? [head] : [],
  );
  const known = news.flatMap(([id, cursor]) => {
    const head = heads.get(id);
    const isKnown = head !== undefined && provenMember(head, members.get(id), now) === 'member';
    return isKnown ? [{ id, cursor, head }] : [];
  });
  await nudgeForgotten(ports, [...deleted, ...known.map(({ head }) => head)]);
  const moved = known.filter(({ head, cursor }) => hasMoved(head, cursor));
  return Object.fromEntries(
    moved.map(({ id, head }) => [id, { seq: head.seq, epoch: epochOnWire(head.epoch, settings) }]),
  );
}
