import * as fc from 'fast-check';
import type { EventRow, Head, Stay } from '../../lambdas/core/ports.ts';
import type { Caller } from '../../lambdas/core/caller.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { headOf, memberOf, messageOf } from '../contract/rows.ts';
import { MemoryChat } from '../support/memory-chat.ts';

// Any run is the same run: a failure is found again, and what passes here passes there.
fc.configureGlobal({ seed: 20_260_101 });

/** Longer ago than a hole must be old to be filled (2 s), and not so long ago. */
const OLD_MS = 10_000;
const YOUNG_MS = 1_000;

/** What stands at a number: a message of alice or of bob, a void, or nothing, since its holder died. */
type Slot = { readonly by: 'alice' | 'bob'; readonly bytes: number } | 'void' | 'hole';

/** A log, written straight into the tables, and alice's place in it. Number 1 is the conversation's creation. */
export interface Plan {
  /** From number 2 on. */
  readonly slots: readonly Slot[];
  /** So many of the last numbers were taken a moment ago. */
  readonly young: number;
  readonly stays: readonly Stay[];
  readonly history: Head['history'];
  readonly readSeq: number;
}

export const message = (by: 'alice' | 'bob', bytes = 1): Slot => ({ by, bytes });

export function planOf(slots: readonly Slot[], changes: Partial<Plan> = {}): Plan {
  return {
    slots,
    young: 0,
    stays: [{ joined: 1 }],
    history: 'since_join',
    readSeq: 1,
    ...changes,
  };
}

/** Any plan, of a member or a former one; its messages' contents have up to so many bytes. */
export function plan(largest: number = LIMITS.contentBytes - 2): fc.Arbitrary<Plan> {
  return fc
    .tuple(fc.array(slot(largest), { maxLength: 40 }), fc.nat({ max: 3 }))
    .chain(([slots, young]) => {
      const last = slots.length + 1;
      const borders = fc.uniqueArray(fc.integer({ min: 1, max: last }), {
        minLength: 1,
        maxLength: 5,
      });
      return fc
        .record({
          stays: borders.map(staysOf),
          history: fc.constantFrom('since_join' as const, 'all' as const),
          readSeq: fc.integer({ min: 0, max: last }),
        })
        .map((rest) => ({ slots: withEventsAt(rest.stays, slots), young, ...rest }));
    });
}

function slot(largest: number): fc.Arbitrary<Slot> {
  const bytes = fc.oneof(
    { weight: 4, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: largest }) },
  );
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ by: fc.constantFrom('alice', 'bob'), bytes }) },
    { weight: 1, arbitrary: fc.constant('void' as const) },
    { weight: 1, arbitrary: fc.constant('hole' as const) },
  );
}

/** A stay begins and ends with the event that says so. */
function withEventsAt(stays: readonly Stay[], slots: readonly Slot[]): Slot[] {
  const events = new Set(stays.flatMap(({ joined, left }) => [joined, left]));
  return slots.map((one, at) => (one === 'hole' && events.has(at + 2) ? message('bob') : one));
}

/** Joined at the first border, left at the second, joined again at the third … */
function staysOf(borders: readonly number[]): Stay[] {
  const sorted = borders.toSorted((one, other) => one - other);
  return sorted.flatMap((joined, at) => {
    if (at % 2 === 1) return [];
    const left = sorted[at + 1];
    return [{ joined, ...(left !== undefined && { left }) }];
  });
}

/** The last number of a plan. */
export function lastOf({ slots }: Plan): number {
  return slots.length + 1;
}

/** The first number from `from` on that stands before a hole too young to be filled, or the last one. */
export function reachableFrom({ slots, young }: Plan, from: number): number {
  const hole = slots.findIndex((one, at) => {
    if (one !== 'hole' || at + 2 < from) return false;
    // A hole is as old as the next event after it; at the end, as the last number.
    const next = slots.findIndex((later, place) => place > at && later !== 'hole');
    return next === -1 ? young > 0 : next >= slots.length - young;
  });
  return hole === -1 ? slots.length + 1 : hole + 1;
}

/** Writes a planned log: alice's and bob's conversation of that id. */
export async function write(chat: MemoryChat, conversationId: string, it: Plan): Promise<void> {
  const { conversations, users, clock } = chat.ports;
  const takenAt = clock.now() - (it.young > 0 ? YOUNG_MS : OLD_MS);
  const head = headOf(conversationId, {
    seq: lastOf(it),
    takenAt,
    fanOutSeq: lastOf(it),
    history: it.history,
    name: 'Group',
  });
  await conversations.commit([
    { kind: 'create_head', head },
    {
      kind: 'create_member',
      member: memberOf(conversationId, 'alice', { stays: it.stays, readSeq: it.readSeq }),
    },
    { kind: 'create_member', member: memberOf(conversationId, 'bob') },
  ]);
  for (const userId of ['alice', 'bob']) {
    users.putConversation({ userId, conversationId, kind: 'group' });
  }
  for (const event of rowsOf(conversationId, it, clock.now())) await conversations.putEvent(event);
}

function rowsOf(conversationId: string, it: Plan, now: number): EventRow[] {
  const created: EventRow = {
    type: 'conversation_created',
    conversationId,
    seq: 1,
    timestamp: now - OLD_MS,
    senderId: 'bob',
    epoch: headOf(conversationId).epoch,
    generation: 1,
    kind: 'group',
    name: 'Group',
    members: ['bob'],
  };
  const rows = it.slots.flatMap((one, at): EventRow[] => {
    const seq = at + 2;
    const isYoung = at >= it.slots.length - it.young;
    const timestamp = now - (isYoung ? YOUNG_MS : OLD_MS);
    if (one === 'hole') return [];
    if (one === 'void') return [{ type: 'void', conversationId, seq, timestamp }];
    const content = 'x'.repeat(one.bytes);
    return [messageOf(conversationId, seq, { senderId: one.by, content, timestamp })];
  });
  return [created, ...rows];
}

/** A chat with one planned log, and alice in front of it. */
export async function aliceBefore(it: Plan): Promise<{ chat: MemoryChat; alice: Caller }> {
  const chat = new MemoryChat();
  const alice = await chat.connect('alice');
  await write(chat, 'g_1', it);
  return { chat, alice };
}

/** The epoch of every planned log, as the wire has it. */
export const EPOCH = `${headOf('g_1').epoch}.1`;

/** The numbers from `from` to `to`. */
export function numbers(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

/** The numbers that alice may read, as the rules say it: her stays, or all where history is open to members. */
export function visibleTo({ stays, history }: Plan, last: number): number[] {
  const isMember = stays.at(-1)?.left === undefined;
  return numbers(1, last).filter(
    (seq) =>
      (history === 'all' && isMember) ||
      stays.some(({ joined, left = Infinity }) => joined <= seq && seq <= left),
  );
}
