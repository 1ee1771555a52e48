import type { Marked } from '../../../protocol/mark-read.ts';
import type { Asked } from '../history.ts';
import type { Facts } from './facts.ts';

/** Clocks differ so far, and what was written so long ago stands, and is shown, where nothing fails. */
const SETTLED_MS = 3_000;

/** What of the marks a request may hold. */
interface MarkRequest {
  readonly type?: string;
  readonly conversationId?: string;
  readonly upToSeq?: number;
  readonly upToTimestamp?: number;
  readonly epoch?: string;
  readonly on?: boolean;
}

/** A mark that somebody asked for, and what it was answered, if it was. */
export interface MadeMark extends Asked {
  readonly request: MarkRequest;
  readonly answeredAt?: number;
  readonly marked?: Marked;
  /** Nobody knows whether it was done. */
  readonly isOpen: boolean;
}

const CURSORS = { readSeq: ['mark_read'], deliveredSeq: ['mark_read', 'mark_delivered'] } as const;

/** How far everybody has got, by a model: what was answered stands, and nothing is farther than anybody said. */
export function checkMarks(facts: Facts): void {
  for (const conversationId of facts.conversationIds) {
    for (const userId of new Set(facts.world.clients.map((client) => client.userId))) {
      const made = marksOf(facts, conversationId, userId);
      if (facts.member(conversationId, userId) === undefined) {
        if (made.some(({ marked }) => marked !== undefined))
          facts.violation(`${userId} marked something in ${conversationId}, and was never there`);
        continue;
      }
      checkCursor(facts, conversationId, userId, 'readSeq', made);
      checkCursor(facts, conversationId, userId, 'deliveredSeq', made);
      checkMarker(facts, conversationId, userId, made);
    }
  }
}

export function marksOf(facts: Facts, conversationId: string, userId: string): readonly MadeMark[] {
  const { asked, answers } = facts.world.history;
  const byRequest = new Map(answers.map((answered) => [answered.request, answered]));
  return asked
    .filter((one) => one.userId === userId)
    .map((one) => ({ ...one, request: one.request as MarkRequest }))
    .filter(({ request: { type, conversationId: id } }) => {
      const isMark = type === 'mark_read' || type === 'mark_delivered' || type === 'mark_unread';
      return isMark && id === conversationId;
    })
    .map((one) => {
      const answered = byRequest.get(one.request);
      const answer = answered?.answer;
      const isRefused = answer?.type === 'error' && !answer.retryable;
      return {
        ...one,
        ...(answered && { answeredAt: answered.at }),
        ...(answer?.type === 'marked' && { marked: answer }),
        isOpen: answer?.type !== 'marked' && !isRefused,
      };
    });
}

/** How far a member has got by its row: what came before it came in is read, and what is read is delivered. */
export function reached(facts: Facts, conversationId: string, userId: string) {
  const row = facts.member(conversationId, userId);
  const readSeq = Math.max(row?.readSeq ?? 0, row?.stays.at(-1)?.joined ?? 0);
  return { readSeq, deliveredSeq: Math.max(row?.deliveredSeq ?? 0, readSeq) };
}

function checkCursor(
  facts: Facts,
  conversationId: string,
  userId: string,
  cursor: keyof typeof CURSORS,
  made: readonly MadeMark[],
): void {
  const name = `${cursor} of ${userId} in ${conversationId}`;
  const now = reached(facts, conversationId, userId)[cursor];
  const moves = made.filter(({ request }) =>
    (CURSORS[cursor] as readonly unknown[]).includes(request.type),
  );
  const joined = facts.member(conversationId, userId)?.stays.at(-1)?.joined ?? 0;
  const most = Math.max(joined, ...moves.map(({ request }) => mostOf(facts, request)));
  if (now > most) facts.violation(`${name} is ${now}, and nobody said more than ${most}`);
  const epoch = facts.epoch(conversationId);
  const answered = made.filter(({ marked }) => marked?.epoch === epoch);
  const least = Math.max(0, ...answered.map(({ marked }) => marked?.[cursor] ?? 0));
  if (now < least) facts.violation(`${name} is ${now}, and was answered with ${least}`);
  const isExact = moves.every(({ isOpen }) => !isOpen) && facts.world.history.restores.length === 0;
  if (isExact && now !== Math.max(joined, least))
    facts.violation(`${name} is ${now}, and all that was answered is ${least}`);
  for (const one of moves) checkAnswer(facts, name, cursor, one);
}

/** An answer is at least what was asked for, if that was there. */
function checkAnswer(
  facts: Facts,
  name: string,
  cursor: keyof typeof CURSORS,
  { at, request, marked }: MadeMark,
): void {
  const { conversationId = '', epoch, upToSeq, upToTimestamp = Infinity } = request;
  if (marked === undefined || facts.world.history.restores.length > 0) return;
  if (epoch !== undefined && epoch !== marked.epoch) return;
  const log = facts.log(conversationId);
  // By number, all that has been taken counts; by time what is shown, which may wait for a hole below it.
  if (upToSeq === undefined && facts.world.plan.fired.size > 0) return;
  const settled = log.filter(({ timestamp }) => timestamp <= at - SETTLED_MS);
  const until = settled.filter((row) => row.type === 'message' && row.timestamp <= upToTimestamp);
  const there = upToSeq === undefined ? until.at(-1)?.seq : settled.at(-1)?.seq;
  const least = Math.min(upToSeq ?? Infinity, there ?? 0);
  if (marked[cursor] < least)
    facts.violation(`${name} was answered with ${marked[cursor]} to ${JSON.stringify(request)}`);
}

/** How far a mark may have moved a cursor, at most. */
function mostOf(facts: Facts, request: MarkRequest): number {
  const { conversationId = '', upToSeq, upToTimestamp = 0 } = request;
  if (upToSeq !== undefined) return Math.min(upToSeq, facts.headSeq(conversationId));
  const until = facts
    .log(conversationId)
    .filter((row) => row.type === 'message' && row.timestamp <= upToTimestamp);
  return until.at(-1)?.seq ?? 0;
}

/** The marker is as the last request left it, where no other was under way beside that. */
function checkMarker(
  facts: Facts,
  conversationId: string,
  userId: string,
  made: readonly MadeMark[],
): void {
  const about = made.filter(({ request }) => request.type !== 'mark_delivered');
  const last = about.at(-1);
  const isAlone = about
    .slice(0, -1)
    .every(({ answeredAt = Infinity, isOpen }) => !isOpen && answeredAt < (last?.at ?? 0));
  if (last?.marked === undefined || !isAlone || facts.hasLeft(conversationId, userId)) return;
  const { type, on = true } = last.request;
  const expected = type === 'mark_unread' && on;
  const isMarked = facts.member(conversationId, userId)?.unreadMark !== undefined;
  if (isMarked !== expected)
    facts.violation(`${userId} has ${isMarked ? 'a' : 'no'} marker in ${conversationId}`);
}
