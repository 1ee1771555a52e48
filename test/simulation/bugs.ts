import type { Patch } from './bundle.ts';
import type { ProfileName } from './profiles.ts';

/** A mistake that somebody could make, and a profile in which the checker must see it. */
export interface Bug {
  readonly name: string;
  readonly patches: readonly Patch[];
  readonly profile: ProfileName;
}

const CORE = 'lambdas/core';
const APPEND = `${CORE}/conversation-log/append.ts`;
const NUMBER = `${CORE}/conversation-log/number.ts`;
const READ = `${CORE}/conversation-log/read.ts`;
const FAN_OUT = `${CORE}/fan-out.ts`;
const POSTS = `${CORE}/post-frames.ts`;
const STORE = 'test/memory/conversation-store.ts';
const QUEUE = 'test/memory/fan-out-queue.ts';

function bug(name: string, profile: ProfileName, ...patches: readonly Patch[]): Bug {
  return { name, profile, patches };
}

function patch(file: string, find: string, replace: string): Patch {
  return { file, find, replace };
}

export const BUGS: readonly Bug[] = [
  // ── Who may do what ──
  bug(
    'anybody may send',
    'fault_free',
    patch(APPEND, `if (member === undefined) throw new Refusal('not_found');`, ''),
    patch(APPEND, `isCurrent(member) ? await this.draft.validate() : 'not_found'`, 'undefined'),
  ),
  bug(
    'anybody may read the history',
    'fault_free',
    patch(
      `${CORE}/list-messages.ts`,
      `const { head, member } = await readPlace(ports, conversationId, caller.userId);
  const ranges = visibleRanges(member, head);`,
      `const head = (await ports.conversations.getHead(conversationId)) as Head;
  const ranges = [{ from: 1, to: Infinity }];`,
    ),
  ),
  bug(
    'anybody may sync',
    'fault_free',
    patch(
      `${CORE}/sync.ts`,
      `if (place === undefined || place.member === undefined)`,
      `if (place === undefined)`,
    ),
    patch(
      `${CORE}/sync.ts`,
      `const ranges = visibleRanges(member, head);`,
      `const ranges = member === undefined ? [{ from: 1, to: Infinity }] : visibleRanges(member, head);`,
    ),
  ),
  bug(
    'a ping tells strangers of heads',
    'fault_free',
    patch(
      `${CORE}/ping.ts`,
      `provenMember(head, members.get(id), now) === 'member'`,
      `provenMember(head, members.get(id), now) !== 'unsettled'`,
    ),
  ),
  bug(
    'a token is never too old',
    'all',
    patch(
      `${CORE}/read-audience.ts`,
      `listeners: all.filter(({ session }) => session.expiresAt > now),`,
      `listeners: all,`,
    ),
    patch(
      `${CORE}/read-audience.ts`,
      `.filter(({ session }) => session.expiresAt <= now)`,
      `.filter(() => false)`,
    ),
  ),

  // ── A message once, at one place ──
  bug(
    'no idempotency: an idempotency row is not looked at',
    'ambiguous_writes',
    patch(APPEND, `if (local !== undefined) return this.finish(local);`, ''),
    patch(APPEND, `earlier !== undefined && !isSamePlace(earlier, row)`, `earlier === null`),
  ),
  bug(
    'the idempotency row is only looked at before',
    'ambiguous_writes',
    patch(APPEND, `earlier !== undefined && !isSamePlace(earlier, row)`, `earlier === null`),
  ),
  bug(
    'a client takes a new id for a retry',
    'ambiguous_writes',
    patch(
      'test/simulation/outbox.ts',
      `{ type: 'send_message', ...first.draft }`,
      `{ type: 'send_message', ...first.draft, localId: first.draft.localId + 'x'.repeat(first.attempts) }`,
    ),
  ),
  bug(
    'an ack before the write',
    'fan_out_alone',
    patch(
      APPEND,
      `const earlier = await this.ports.conversations.putEvent(event);
    if (earlier === undefined) return event;`,
      `const written = this.ports.conversations.putEvent(event);
    written.catch(() => {});
    const earlier = event as MessageEvent | undefined;`,
    ),
  ),
  bug(
    'a retry is acked by its row alone',
    'fan_out_alone',
    patch(
      APPEND,
      `if (event === undefined) return this.write({ ...local, outcome });`,
      `if (event === undefined)
      return { ...this.draft.message, type: 'message', ...outcome, epoch: await this.readEpoch(), generation: this.draft.generation };`,
    ),
  ),
  bug(
    'a slot is overwritten',
    'fan_out_alone',
    patch(
      STORE,
      `if (!there) {\n        events.set(event.seq, frozen(event));\n      }`,
      `events.set(event.seq, frozen(event));`,
    ),
  ),
  bug(
    'a late writer does not look whether its slot was filled',
    'fan_out_alone',
    patch(
      APPEND,
      `return this.isOurs(earlier) ? earlier : this.replace(row);
  }

  /** The slot was filled`,
      `return event;
  }

  /** The slot was filled`,
    ),
  ),
  bug(
    'the same localId may be used for something else',
    'fault_free',
    patch(APPEND, `if (local.hash !== this.draft.hash) throw new Refusal('local_id_reused');`, ''),
  ),
  bug(
    'a refusal is not recorded',
    'all',
    patch(
      APPEND,
      `const earlier = await this.ports.conversations.putLocal({
      ...this.rowAt(0),
      outcome: { refused },
    });
    if (earlier !== undefined) return this.finish(earlier);`,
      '',
    ),
  ),
  bug(
    'a creation that is sent again makes a second conversation',
    'fault_free',
    patch(
      `${CORE}/create-conversation.ts`,
      `conversationId: \`g_\${hashOf(['group', caller.userId, request.localId])}\``,
      `conversationId: \`g_\${hashOf(['group', caller.connectionId, String(Math.random())])}\``,
    ),
  ),

  // ── Holes ──
  bug(
    'a number that is given up is not voided',
    'fault_free',
    patch(
      NUMBER,
      `await ports.conversations.putEvent(voidAt(ports, conversationId, seq));`,
      `await Promise.resolve();`,
    ),
  ),
  bug(
    'a hole is never filled',
    'fan_out_alone',
    patch(
      NUMBER,
      `if (ports.clock.now() - provenAt < HOLE_AGE_MS) return undefined;`,
      `if (provenAt >= 0) return undefined;`,
    ),
  ),
  bug(
    'a reader skips a hole',
    'fan_out_alone',
    patch(READ, `if (event === undefined) return true;`, `if (event === undefined) continue;`),
  ),
  bug(
    'a page goes on above a hole',
    'all',
    patch(
      READ,
      `if (event === undefined) events = [];\n      else {`,
      `if (event !== undefined) {`,
    ),
  ),

  // ── Fan-out ──
  bug(
    'no fan-out at all',
    'fan_out_alone',
    patch(FAN_OUT, `await post(run, listeners, step);`, ''),
  ),
  bug(
    'the cursor moves before the posts',
    'fan_out_alone',
    patch(
      FAN_OUT,
      `await post(run, listeners, step);
    reached = step.at(-1)?.row.seq ?? reached;
    await ports.conversations.advanceFanOut(head.conversationId, reached);`,
      `reached = step.at(-1)?.row.seq ?? reached;
    await ports.conversations.advanceFanOut(head.conversationId, reached);
    await post(run, listeners, step);`,
    ),
  ),
  bug(
    'the cursor moves to the head, not to what was read',
    'fan_out_alone',
    patch(
      FAN_OUT,
      `advanceFanOut(head.conversationId, reached)`,
      `advanceFanOut(head.conversationId, head.seq)`,
    ),
  ),
  bug(
    'nothing is given back',
    'fan_out_alone',
    patch(
      `${CORE}/deliver-nudges.ts`,
      `return first === -1 ? [] : group.slice(first);`,
      `return first === -1 ? [] : [];`,
    ),
  ),
  bug(
    'a nudge that fails is forgotten',
    'fan_out_alone',
    patch(
      `${CORE}/send-message.ts`,
      `await ports.queue.nudge(conversationId, event.seq);`,
      `await ports.queue.nudge(conversationId, event.seq).catch(() => {});`,
    ),
  ),
  bug(
    'a nudge reuses its deduplication id',
    'fan_out_alone',
    patch(
      QUEUE,
      `return gated(this.#gates, call, () => {
      this.#sent += 1;`,
      `return gated(this.#gates, call, () => {
      if (this.#sent > 0 && conversationId.startsWith('g_')) return;
      this.#sent += 1;`,
    ),
  ),
  bug(
    'a batch read is taken for whole',
    'fan_out_alone',
    patch(`${CORE}/retry.ts`, `waiting = [...answer.unprocessed];`, `waiting = [];`),
  ),
  bug(
    'only the first page of members',
    'fan_out_alone',
    patch(
      `${CORE}/read-members.ts`,
      `if (page.next === undefined) return members;`,
      `if (members.length > 0 || page.next === undefined) return members;`,
    ),
  ),
  bug(
    "the sender's other devices get nothing",
    'fault_free',
    patch(FAN_OUT, `row.connectionId === session.connectionId)`, `row.senderId === member.userId)`),
  ),
  bug(
    'the sender gets its own message',
    'fault_free',
    patch(
      FAN_OUT,
      `!(row.type === 'message' && row.connectionId === session.connectionId)`,
      `row.seq > 0`,
    ),
  ),

  // ── Posts ──
  bug(
    '429 is not tried again',
    'fan_out_alone',
    patch(
      POSTS,
      `case 'limited':\n    case 'failed':\n      return 'again';`,
      `case 'limited':\n      return 'stop';\n    case 'failed':\n      return 'again';`,
    ),
  ),
  bug(
    '429 costs the session',
    'fan_out_alone',
    patch(
      POSTS,
      `case 'limited':\n    case 'failed':\n      return 'again';`,
      `case 'limited':\n      return 'remove';\n    case 'failed':\n      return 'again';`,
    ),
    patch(POSTS, `connectionId, ports.clock.now() - YOUNG_MS)`, `connectionId)`),
  ),
  bug(
    'a post is tried for ever',
    'fan_out_alone',
    patch(POSTS, `const ATTEMPTS = 6;`, `const ATTEMPTS = 7;`),
    patch(POSTS, `case 'sent':`, `case 'sent':\n      return 'again';`),
  ),
  bug(
    'a session stays when its connection is gone',
    'stale_rows',
    patch(POSTS, `? 'again' : 'remove'`, `? 'again' : 'stop'`),
  ),
  bug(
    'a connection that is not open yet loses its session',
    'stale_rows',
    patch(POSTS, `const YOUNG_MS = 10_000;`, `const YOUNG_MS = 0;`),
  ),
  bug(
    '$disconnect ends every session of the user',
    'stale_rows',
    patch(
      `${CORE}/disconnect.ts`,
      `await ports.users.removeSession(caller.userId, caller.connectionId);`,
      `const sessions = await ports.users.batchGetSessions([caller.userId]);
  for (const { connectionId } of sessions.found.get(caller.userId) ?? [])
    await ports.users.removeSession(caller.userId, connectionId);`,
    ),
  ),

  // ── The other layers ──
  bug(
    'a ping names no heads',
    'heads_alone',
    patch(`${CORE}/ping.ts`, `    seq !== cursor.seq ||`, `    seq < cursor.seq ||`),
  ),
  bug(
    'a client ignores a gap',
    'gap_alone',
    patch(
      'test/simulation/view.ts',
      `return this.#held.size > 0;`,
      `return this.#held.size > 1_000;`,
    ),
  ),
  bug(
    'a client shows what comes after a gap',
    'gap_alone',
    patch(
      'test/simulation/view.ts',
      `!begins && event.seq !== (last?.seq ?? NaN) + 1`,
      `!begins && last === undefined`,
    ),
    patch(
      'test/simulation/view.ts',
      `if (event.seq !== (last?.seq ?? 0) + 1) this.#events.length = 0;`,
      ``,
    ),
  ),
  bug(
    'a sync says too early that this is all',
    'all',
    patch(`${CORE}/sync.ts`, `complete: reached >= end },`, `complete: true },`),
  ),
  bug(
    'a sync goes on in another history',
    'all',
    patch(
      `${CORE}/sync.ts`,
      `cursor.seq === 0 || (cursor.epoch === epoch && cursor.seq <= end);`,
      `cursor.seq <= end;`,
    ),
  ),
  bug(
    'a restore does not change the epoch',
    'all',
    patch(
      `${CORE}/epoch.ts`,
      `return \`\${headEpoch}.\${settings.generation}\`;`,
      `return \`\${headEpoch}.\${settings.generation > 0 ? 1 : 0}\`;`,
    ),
  ),
  bug(
    'a page says too early that there is no more',
    'fault_free',
    patch(
      `${CORE}/list-messages.ts`,
      `complete: reached <= (ranges[0]?.from ?? 1) };`,
      `complete: reached <= 3 };`,
    ),
  ),

  // ── Members who come and go ──
  bug(
    'fan-out to former members',
    'fault_free',
    patch(
      `${CORE}/membership.ts`,
      `stay.joined <= seq && seq <= (stay.left ?? Infinity)`,
      `stay.joined <= seq`,
    ),
  ),
  bug(
    'the members are read before the log',
    'fan_out_alone',
    patch(
      FAN_OUT,
      `const events = await readForward(ports, head, range, LIMITS.pageEvents);`,
      `const guessed = Array.from({ length: head.seq - reached }, (_, place) => ({
      type: 'void' as const,
      conversationId,
      seq: reached + 1 + place,
      timestamp: 0,
    }));
    const audience = await readAudience(ports, head, guessed);
    const events = await readForward(ports, head, range, LIMITS.pageEvents);`,
    ),
    patch(
      FAN_OUT,
      `const { listeners, expired } = await readAudience(ports, head, events);`,
      `const { listeners, expired } = audience;`,
    ),
  ),
  bug(
    'a removal without its mark on the head',
    'fan_out_alone',
    patch(
      STORE,
      `const leaving = withMark(head.leaving, leaverId, until);`,
      `const { leaving } = head;`,
    ),
  ),
  bug(
    'a stay is forgotten on joining again',
    'fault_free',
    patch(`${CORE}/join.ts`, `stays: [...stays, { joined: seq }],`, `stays: [{ joined: seq }],`),
  ),
  bug(
    'nobody follows the last owner',
    'fault_free',
    patch(
      `${CORE}/succession.ts`,
      `const heir = others.toSorted(bySeniority)[0];`,
      `const heir = undefined;`,
    ),
  ),
  bug(
    'a plain member may let others in',
    'fault_free',
    patch(
      `${CORE}/add-members.ts`,
      `if (actor.role === 'member') throw new Refusal('forbidden');`,
      '',
    ),
  ),
  bug(
    'an admin may remove an owner',
    'fault_free',
    patch(`${CORE}/end-membership.ts`, `(!isCurrent(leaver) || leaver.role === 'member')`, `true`),
  ),
  bug(
    'a role that was just taken away still counts',
    'fan_out_alone',
    patch(
      `${CORE}/end-membership.ts`,
      `...(actor.userId === userId ? [] : [acted(actor, seq)]),`,
      '',
    ),
    patch(`${CORE}/join.ts`, `acted(acting, seq),`, ''),
    patch(`${CORE}/set-role.ts`, `...(userId === actor.userId ? [] : [acted(actor, seq)]),`, ''),
  ),

  // ── Unread and presence ──
  bug(
    "one's own messages are unread",
    'fault_free',
    patch(`${CORE}/summarize.ts`, `event.senderId === member.userId ? event.seq : 0;`, `0;`),
  ),
  bug(
    'a void is the last event',
    'all',
    patch(
      `${CORE}/summarize.ts`,
      `if (event.type !== 'void') lastEvent ??= event;`,
      `lastEvent ??= event;`,
    ),
  ),
  bug(
    'a lease is five heartbeats long',
    'fault_free',
    patch(
      `${CORE}/sessions.ts`,
      `const INTERVALS_PER_LEASE = 2;`,
      `const INTERVALS_PER_LEASE = 5;`,
    ),
  ),
  bug(
    'a heartbeat renews nothing',
    'fault_free',
    patch(
      `${CORE}/ping.ts`,
      `renewLease(ports, caller, request.intervalMs ?? HEARTBEAT.default),`,
      '',
    ),
  ),
];

/** Mistakes in what does not exist yet, and what will bring it. */
export const PENDING_BUGS: Readonly<Record<string, string>> = {
  'a later edit is overtaken by an earlier one': 'edits',
  'a check, then a push': 'mobile push',
};
