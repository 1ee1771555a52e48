import type { Ack } from '../../../protocol/send-message.ts';
import type { Answer } from '../../../protocol/server-message.ts';
import type { Cursor } from '../../../protocol/fields.ts';
import type { Answered } from '../history.ts';
import type { Facts } from './facts.ts';

type Messages = Extract<Answer, { type: 'messages' }>;
type Synced = Extract<Answer, { type: 'synced' }>;
type Continued = Extract<Synced['conversations'][number], { events: unknown }>;

/** How long an acked message may stay behind a hole that is too young to be filled, clocks being off. */
const BEHIND_A_HOLE_MS = 8_000;

/** Pages are contiguous and honest about `complete`; a stranger learns nothing; another epoch resets. */
export function checkAnswers(facts: Facts): void {
  for (const answered of facts.world.history.answers) {
    const { request, answer } = answered;
    switch (answer.type) {
      case 'messages':
        checkPage(facts, answered, answer);
        break;
      case 'synced':
        checkSynced(facts, answered, answer);
        break;
      case 'pong':
        for (const id of Object.keys(answer.heads)) checkMember(facts, answered, id);
        break;
      case 'ack':
        checkIsOf(facts, answered, answer);
        checkMember(facts, answered, answer.conversationId);
        break;
      case 'conversation':
      case 'changed':
      case 'members':
      case 'marked':
      case 'receipts':
        checkMember(facts, answered, answer.conversationId);
        break;
      case 'conversations':
        for (const { conversationId } of answer.conversations)
          checkMember(facts, answered, conversationId);
        break;
      case 'upload':
      case 'done':
      case 'presence':
      case 'settings':
      case 'download':
        break;
      case 'error':
        if (answer.code === 'bad_request' || answer.code === 'unreadable')
          facts.violation(`${JSON.stringify(request)} was answered with ${answer.code}`);
        break;
    }
  }
}

function checkMember(facts: Facts, { userId, answer }: Answered, conversationId: string): void {
  if (facts.member(conversationId, userId) === undefined)
    facts.violation(`${userId} was told of ${conversationId} by ${answer.type}`);
}

/** An ack is for what was sent, not for what was sent earlier under the same `localId`. */
function checkIsOf(
  facts: Facts,
  { request }: Answered,
  { localId, conversationId, seq }: Ack,
): void {
  const { content } = request as { content?: string };
  const row = facts.log(conversationId)[seq - 1];
  // A restore takes back what the `localId` was used for before.
  const mayBeNew = facts.world.history.restores.length > 0;
  if (content !== undefined && row?.type === 'message' && row.content !== content && !mayBeNew)
    facts.violation(`${localId} was acked with other content at ${conversationId} ${seq}`);
}

function checkPage(facts: Facts, answered: Answered, page: Messages): void {
  const { conversationId, events, complete } = page;
  const { before, after } = answered.request as { before?: number; after?: number };
  const name = `the page of ${JSON.stringify(answered.request)}`;
  checkMember(facts, answered, conversationId);
  const seqs = events.map(({ seq }) => seq);
  if (seqs.some((seq, place) => place > 0 && seq !== (seqs[place - 1] ?? 0) - 1))
    facts.violation(`${name} is not contiguous: ${seqs.join(' ')}`);
  if (after !== undefined) {
    const first = seqs.at(-1);
    if (first !== undefined && hasBetween(facts, answered, conversationId, after, first))
      facts.violation(`${name} begins with ${first}`);
    if (complete) checkReaches(facts, answered, page, seqs[0] ?? after);
    return;
  }
  // Before a place that a restore has taken back there is the log as far as it goes.
  const mayEndBefore = facts.world.history.restores.length > 0;
  const [last] = seqs;
  if (before !== undefined && last !== undefined && !mayEndBefore)
    if (hasBetween(facts, answered, conversationId, last, before))
      facts.violation(`${name} ends with ${last}`);
  if (before === undefined) checkReaches(facts, answered, page, seqs[0] ?? 0);
  const reachesTheFirst = seqs.at(-1) === 1 || before === 1;
  if (complete !== reachesTheFirst)
    facts.violation(`${name} says complete: ${complete}, with ${seqs.join(' ')}`);
}

function checkSynced(facts: Facts, answered: Answered, synced: Synced): void {
  const { conversations = {} } = answered.request as { conversations?: Record<string, Cursor> };
  const told = new Set<string>();
  for (const one of synced.conversations) {
    const { conversationId } = one;
    told.add(conversationId);
    const cursor = conversations[conversationId] ?? { seq: 0 };
    const isMember = facts.member(conversationId, answered.userId) !== undefined;
    if ('error' in one) {
      if (isMember && facts.world.history.restores.length === 0)
        facts.violation(`${answered.userId} was told that ${conversationId} is not found`);
      continue;
    }
    checkMember(facts, answered, conversationId);
    if ('reset' in one) {
      // What an earlier stay held joins nothing that came later. A restore takes back where a stay began.
      const couldGoOn =
        facts.isOfLastStay(conversationId, answered.userId, cursor.seq + 1) &&
        facts.world.history.restores.length === 0;
      if (cursor.epoch === one.epoch && cursor.seq <= one.seq && couldGoOn)
        facts.violation(`a needless reset: ${JSON.stringify([cursor, one])}`);
    } else checkContinued(facts, answered, one, cursor);
  }
  if (!synced.complete) return;
  for (const [conversationId, { seq, epoch = '' }] of Object.entries(conversations))
    if (!told.has(conversationId)) checkReaches(facts, answered, { conversationId, epoch }, seq);
}

function checkContinued(facts: Facts, answered: Answered, one: Continued, cursor: Cursor): void {
  const seqs = one.events.map(({ seq }) => seq);
  const name = `the sync after ${JSON.stringify(cursor)} of ${one.conversationId}`;
  const first = cursor.seq === 0 ? (seqs[0] ?? 1) : cursor.seq + 1;
  if (seqs.some((seq, place) => seq !== first + place))
    facts.violation(`${name} brought ${seqs.join(' ')}`);
  if (cursor.seq > 0 && cursor.epoch !== one.epoch)
    facts.violation(`${name} went on in ${one.epoch}`);
  const reached = seqs.at(-1) ?? cursor.seq;
  if (one.complete !== reached >= one.seq)
    facts.violation(`${name} says complete: ${one.complete} at ${reached} of ${one.seq}`);
  if (one.complete) checkReaches(facts, answered, one, reached);
}

/** Whether any number between these two was theirs to see. */
function hasBetween(
  facts: Facts,
  { userId }: Answered,
  conversationId: string,
  low: number,
  high: number,
): boolean {
  for (let seq = low + 1; seq < high; seq += 1)
    if (facts.isEntitled(conversationId, userId, seq)) return true;
  return false;
}

/** Whoever is told that there is no more holds everything that had been acked for a while. */
function checkReaches(
  facts: Facts,
  { askedAt, userId }: Answered,
  { conversationId, epoch }: { conversationId: string; epoch: string },
  reached: number,
): void {
  const missed = facts.acks.find(
    ({ at, ack }) =>
      ack.conversationId === conversationId &&
      ack.epoch === epoch &&
      ack.seq > reached &&
      // With it goes whatever the user's stays were then.
      !facts.isTakenBack(ack) &&
      facts.isEntitled(conversationId, userId, ack.seq) &&
      at < askedAt - BEHIND_A_HOLE_MS,
  );
  if (missed !== undefined)
    facts.violation(
      `told at ${reached} of ${conversationId} that this is all, after an ack of ${missed.ack.seq}`,
    );
}
