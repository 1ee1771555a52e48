import type { z } from 'zod';
import { HEARTBEAT } from '../../protocol/limits.ts';
import type { Ping, pong as pongSchema } from '../../protocol/ping.ts';
import type { Caller } from './caller.ts';
import { epochOnWire } from './epoch.ts';
import { provenMember } from './membership.ts';
import { nudgeIfForgotten } from './nudge-if-forgotten.ts';
import type { Head, Ports } from './ports.ts';
import { readAll } from './retry.ts';
import { renewLease } from './sessions.ts';
import { settleAll } from './settle-all.ts';

type Pong = z.infer<typeof pongSchema>;

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
  held: readonly (readonly [
    conversationId: string,
    cursor: NonNullable<Ping['cursors']>[string],
  ])[],
): Promise<Pong['heads']> {
  const { conversations, settings } = ports;
  const heads = await readAll(
    ports,
    held.map(([id]) => id),
    100,
    (ids) => conversations.getHeads(ids, 'eventual'),
  );
  const moved = new Map<string, Head>();
  for (const [id, cursor] of held) {
    const head = heads.get(id);
    if (head === undefined) continue;
    await nudgeIfForgotten(ports, head);
    if (head.seq !== cursor.seq || epochOnWire(head.epoch, settings) !== cursor.epoch)
      moved.set(id, head);
  }
  const members = await readAll(ports, [...moved.keys()], 100, (ids) =>
    conversations.getMemberships(caller.userId, ids),
  );
  const known = [...moved].filter(
    ([id, head]) => provenMember(head, members.get(id), ports.clock.now()) === 'member',
  );
  return Object.fromEntries(
    known.map(([id, head]) => [id, { seq: head.seq, epoch: epochOnWire(head.epoch, settings) }]),
  );
}
