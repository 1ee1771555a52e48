import type { Signal } from '../../../protocol/signal.ts';
import { isSignal } from '../client.ts';
import type { ServerMessage } from '../../../protocol/server-message.ts';
import type { Facts } from './facts.ts';
import { reached } from './marks.ts';

/** From the first call of a function to its last post it may take so long; and where nothing fails so long. */
const LONGEST_MS = 12_000;
const LONGEST_FAULT_FREE_MS = 1_500;
const RELAYED_EVERY_MS = 3_000;

/** A signal as it was posted, whether it arrived or not. */
interface Told {
  readonly at: number;
  readonly to: string;
  readonly connectionId: string;
  readonly signal: Signal;
}

interface Timely {
  readonly facts: Facts;
  /** How long before its last post a function may have begun, in milliseconds. */
  readonly longest: number;
}

/** Nobody is told what is not theirs to know, or what is not so; and where nothing fails everybody is told. */
export function checkSignals(facts: Facts): void {
  const { wire, restores, asked, answers } = facts.world.history;
  const told = wire.flatMap(({ kind, at, caller, text }): Told[] => {
    if (kind === 'answer') return [];
    const signal = JSON.parse(text) as ServerMessage;
    const { userId: to, connectionId } = caller;
    return isSignal(signal) ? [{ at, to, connectionId, signal }] : [];
  });
  const answered = new Set(answers.map(({ request }) => request));
  const hasFailed = asked.some(({ request }) => !answered.has(request));
  const isFaultFree = facts.world.plan.fired.size === 0 && !hasFailed;
  const timely = { facts, longest: isFaultFree ? LONGEST_FAULT_FREE_MS : LONGEST_MS };
  // A restore takes back what everything here is compared with.
  if (restores.length > 0) return;
  for (const one of told) checkOne(timely, one);
  checkHidden(timely);
  if (isFaultFree) checkTold(facts, told);
}

function checkOne(timely: Timely, told: Told): void {
  const { facts, longest } = timely;
  const { at, to, signal } = told;
  const name = `${to} was told ${JSON.stringify(signal)}`;
  if (signal.type === 'settings_updated' || signal.type === 'profile_updated') {
    const asking = signal.type === 'settings_updated' ? 'update_settings' : 'update_profile';
    if (!hasAsked(facts, to, [asking], at)) facts.violation(`${name} for nothing`);
    return;
  }
  if (signal.type === 'block_mark') {
    const type = signal.on ? 'block_user' : 'unblock_user';
    if (!hasAsked(facts, to, [type], at)) facts.violation(`${name} for nothing`);
    return;
  }
  const { conversationId } = signal;
  if (!wasMember(timely, conversationId, to, at)) facts.violation(`${name}, and is not there`);
  switch (signal.type) {
    case 'unread_mark': {
      const isAsked = hasAsked(facts, to, ['mark_unread'], at, conversationId);
      if (!isAsked) facts.violation(`${name} for nothing`);
      return;
    }
    case 'mute_mark': {
      const isAsked = hasAsked(facts, to, ['mute_conversation'], at, conversationId);
      if (!isAsked) facts.violation(`${name} for nothing`);
      return;
    }
    case 'typing': {
      const type = signal.on ? 'typing_start' : 'typing_stop';
      const isAsked = hasAsked(facts, signal.userId, [type], at, conversationId, longest);
      if (signal.userId === to || !isAsked) facts.violation(`${name} for nothing`);
      return;
    }
    case 'delivered_receipt':
    case 'read_receipt': {
      const cursor = signal.type === 'read_receipt' ? 'readSeq' : 'deliveredSeq';
      if (reached(facts, conversationId, signal.userId)[cursor] < signal.upToSeq)
        facts.violation(`${name}, and it is not so`);
      const isOwn = signal.userId === to;
      if (isOwn && cursor === 'deliveredSeq') facts.violation(`${name} by itself`);
      const hides = [to, signal.userId].some((one) => isHidden(timely, one, at));
      if (!isOwn && cursor === 'readSeq' && hides) facts.violation(`${name}, and it is hidden`);
    }
  }
}

/** Whether a user asked for something before that, and not longer ago. */
function hasAsked(
  { world }: Facts,
  userId: string,
  types: readonly string[],
  before: number,
  conversationId?: string,
  longest = Infinity,
): boolean {
  return world.history.asked.some((one) => {
    const request = one.request as { type?: string; conversationId?: string };
    const isAbout = conversationId === undefined || request.conversationId === conversationId;
    const isTimely = one.at <= before && before - one.at <= longest;
    return one.userId === userId && isAbout && isTimely && types.includes(request.type ?? '');
  });
}

/** Whether a user was a member when a function that posted at that time may have looked. */
function wasMember(
  { facts, longest }: Timely,
  conversationId: string,
  userId: string,
  at: number,
): boolean {
  const timeOf = (seq: number | undefined) =>
    seq === undefined ? Infinity : (facts.log(conversationId)[seq - 1]?.timestamp ?? Infinity);
  const stays = facts.member(conversationId, userId)?.stays ?? [];
  // A removal is written within the life of the function that took its number; whoever looked before it posts in its own.
  return stays.some(
    ({ joined, left }) => timeOf(joined) - longest <= at && at <= timeOf(left) + 2 * longest,
  );
}

/** Whether a user had said for certain, all the while before that time, that nobody may know what it has read. */
function isHidden({ facts, longest }: Timely, userId: string, at: number): boolean {
  const { asked, answers } = facts.world.history;
  const from = at - longest;
  const changes = asked
    .filter((one) => one.userId === userId)
    .map((one) => ({ ...one, request: one.request as { type?: string; readReceipts?: boolean } }))
    .filter(({ request }) => request.type === 'update_settings')
    .map((one) => {
      const answered = answers.find(({ request }) => request === one.request);
      const isDone = answered?.answer.type === 'settings';
      return { ...one, isDone, until: isDone ? answered.at : one.at + LONGEST_MS };
    });
  const last = changes.findLast(({ isDone, until }) => isDone && until <= from);
  if (last?.request.readReceipts !== false) return false;
  return changes.every((one) => one === last || one.until < last.at || one.at > at);
}

/** No answer tells of anybody's reading that is hidden. */
function checkHidden(timely: Timely): void {
  const { facts } = timely;
  for (const { userId, answer, at } of facts.world.history.answers) {
    if (answer.type !== 'receipts') continue;
    for (const receipt of answer.receipts) {
      const isOwn = receipt.userId === userId;
      const hides = [userId, receipt.userId].some((one) => isHidden(timely, one, at));
      const isShown = receipt.readSeq !== undefined;
      if (isShown && !isOwn && hides)
        facts.violation(`${userId} was shown how far ${receipt.userId} has read`);
      const now = reached(facts, answer.conversationId, receipt.userId);
      if ((receipt.readSeq ?? 0) > now.readSeq || receipt.deliveredSeq > now.deliveredSeq)
        facts.violation(`${userId} was shown ${JSON.stringify(receipt)}, and it is not so`);
    }
  }
}

/** Where nothing fails: who has been there all the time was told the last of everything, and of writing not too often. */
function checkTold(facts: Facts, told: readonly Told[]): void {
  const lastWriting = new Map<string, number>();
  for (const { at, connectionId, signal } of told) {
    if (signal.type !== 'typing' || !signal.on) continue;
    const key = `${connectionId} ${signal.conversationId} ${signal.userId}`;
    const since = at - (lastWriting.get(key) ?? -Infinity);
    if (since < RELAYED_EVERY_MS - LONGEST_FAULT_FREE_MS)
      facts.violation(`${key} was told after ${since} ms again`);
    lastWriting.set(key, at);
  }
  const { history, gateway } = facts.world;
  const beganAt = history.asked[0]?.at ?? 0;
  // A connection that was opened later was told only of what came later.
  const isOnFirst = ({ connectionId = '' }: { readonly connectionId?: string | undefined }) =>
    (gateway.socketOf(connectionId)?.caller.connectedAt ?? Infinity) <= beganAt;
  for (const conversationId of facts.conversationIds) {
    const steady = facts.world.clients.filter(({ userId }) =>
      isSteady(facts, conversationId, userId),
    );
    for (const reader of new Set(steady.map(({ userId }) => userId)))
      for (const { userId, connectionId = '' } of steady.filter(isOnFirst))
        checkReceipts(facts, told, { conversationId, reader, userId, connectionId });
  }
}

/** There from the beginning to the end, and never about to be removed; with nothing to hide. */
function isSteady(facts: Facts, conversationId: string, userId: string): boolean {
  const { stays = [] } = facts.member(conversationId, userId) ?? {};
  const isThere = stays.length === 1 && stays[0]?.joined === 1 && stays[0].left === undefined;
  const isAtRisk = facts.world.history.asked.some(({ request, userId: actor }) => {
    const { type, userId: target } = request as { type?: string; userId?: string };
    return (
      (type === 'remove_member' && target === userId) || (type === 'leave' && actor === userId)
    );
  });
  return isThere && !isAtRisk && !hasAsked(facts, userId, ['update_settings'], Infinity);
}

interface Pair {
  readonly conversationId: string;
  readonly reader: string;
  readonly userId: string;
  readonly connectionId: string;
}

function checkReceipts(facts: Facts, told: readonly Told[], pair: Pair): void {
  const { conversationId, reader, userId, connectionId } = pair;
  const { readSeq } = reached(facts, conversationId, reader);
  const heard = told
    .filter((one) => one.connectionId === connectionId)
    .flatMap(({ signal }) => (signal.type === 'read_receipt' ? signal : []))
    .filter((receipt) => receipt.conversationId === conversationId && receipt.userId === reader)
    .map(({ upToSeq }) => upToSeq);
  // What came over this very connection is told to the others.
  const isOwn = facts.world.history.asked.some(({ connectionId: from, request }) => {
    const { type, conversationId: id } = request as { type?: string; conversationId?: string };
    return from === connectionId && type === 'mark_read' && id === conversationId;
  });
  if (userId === reader && isOwn) return;
  const farthest = Math.max(1, ...heard);
  if (farthest !== readSeq)
    facts.violation(
      `${connectionId} holds ${reader} for at ${farthest} in ${conversationId}, and it is ${readSeq}`,
    );
}
