import type { EventRow, MessageEvent } from '../../../lambdas/core/ports.ts';
import type { Facts } from './facts.ts';
import { isSame } from './facts.ts';

/** The log itself: whole, each message once, as it was sent and where it was acked. */
export function checkLog(facts: Facts): void {
  for (const id of facts.conversationIds) {
    checkNumbers(facts, id);
    checkOwners(facts, id);
  }
  const messages = facts.conversationIds.flatMap((id) => facts.log(id)).filter(isMessage);
  checkMessages(facts, messages);
  checkAcks(facts);
  checkSends(facts, messages);
}

function isMessage(row: EventRow): row is MessageEvent {
  return row.type === 'message';
}

/** Every number up to the head is an event or a void. */
function checkNumbers(facts: Facts, id: string): void {
  const head = facts.headSeq(id);
  const seqs = facts.log(id).map(({ seq }) => seq);
  const expected = Array.from({ length: head }, (_, place) => place + 1);
  if (!isSame(seqs, expected))
    facts.violation(`${id}: the head is at ${head}, and the log holds ${seqs.join(' ')}`);
}

/** The worker has come to the last message of each log. */
export function checkDelivered(facts: Facts): void {
  for (const id of facts.conversationIds) {
    const delivered = facts.world.backend.conversations.headOf(id)?.fanOutSeq ?? 0;
    const last = facts.log(id).findLast(isMessage)?.seq ?? 0;
    if (delivered < last) facts.violation(`${id}: delivered up to ${delivered}, not ${last}`);
  }
}

function checkOwners(facts: Facts, id: string): void {
  const owners = facts.world.backend.conversations.ownersOf(id) ?? [];
  if (owners.length === 0) facts.violation(`${id} has no owner`);
  // The last one who went stays in the row of the owners, of a conversation that is closed.
  if (facts.isDeserted(id)) return;
  const roles = facts.world.backend.conversations
    .membersOf(id)
    .filter(({ role, userId }) => role === 'owner' && facts.isCurrent(id, userId))
    .map(({ userId }) => userId);
  if (!isSame(owners.toSorted(), roles.toSorted()))
    facts.violation(`${id}: the owners are ${owners.join(' ')}, by their rows ${roles.join(' ')}`);
}

/** Each message is one that its sender wrote, and is there once. */
function checkMessages(facts: Facts, messages: readonly MessageEvent[]): void {
  const seen = new Set<string>();
  for (const { senderId, localId, conversationId, content, replyTo, seq, lastSeq } of messages) {
    const name = `${senderId} ${localId}`;
    const place = `${conversationId} ${seq}`;
    const send = facts.world.history.sends.get(name);
    if (seen.has(name)) facts.violation(`${name} is there twice, the second time at ${place}`);
    seen.add(name);
    if (send === undefined) facts.violation(`${name} at ${place} was never written`);
    else if (lastSeq !== undefined) continue;
    else if (send.draft.conversationId !== conversationId || send.draft.content !== content) {
      // A restore takes idempotency rows back, and with them the memory of what a `localId` was for.
      if (facts.world.history.restores.length === 0)
        facts.violation(`${name} at ${place} is not what was written`);
    } else if (send.draft.replyTo !== replyTo) facts.violation(`${name} answers something else`);
  }
}

/** An ack tells of a place that holds that message, for good. */
function checkAcks(facts: Facts): void {
  for (const { userId, ack } of facts.acks) {
    if (facts.isTakenBack(ack)) continue;
    const { conversationId, seq, localId, serverId, timestamp } = ack;
    const row = facts.log(conversationId)[seq - 1];
    const stands =
      row?.type === 'message' &&
      row.senderId === userId &&
      row.localId === localId &&
      row.timestamp === timestamp &&
      serverId === `${row.epoch}.${row.generation}.${seq}`;
    if (!stands)
      facts.violation(
        `${userId} ${localId} was acked at ${conversationId} ${seq}, where there is ${JSON.stringify(row)}`,
      );
  }
}

/** Each send ended as it may, and what was refused is nowhere. */
function checkSends(facts: Facts, messages: readonly MessageEvent[]): void {
  const there = new Set(messages.map(({ senderId, localId }) => `${senderId} ${localId}`));
  const wasRestored = facts.world.history.restores.length > 0;
  for (const [name, { userId, draft, failure, acks, mayFail }] of facts.world.history.sends) {
    if (failure === undefined) continue;
    const hasLeft = facts.hasLeft(draft.conversationId, userId);
    const mayHaveLeft = failure.code === 'not_found' && hasLeft;
    if (!mayHaveLeft && !mayFail.includes(failure.code))
      facts.violation(`${name} was refused: ${failure.code}`);
    if (acks.length > 0) facts.violation(`${name} was acked and refused`);
    // A restore takes back the refusal's row too, and a frame may still be on its way.
    if (there.has(name) && !wasRestored) facts.violation(`${name} was refused and is there`);
  }
}
