import type { EventRow, MessageEvent, ReactionEvent } from '../../../lambdas/core/ports.ts';
import type { SimulatedClient } from '../client.ts';
import { fold, type ShownMessage, type Snippet } from '../fold.ts';
import { isSame, type Facts } from './facts.ts';
import { changesOf, serverIdOf, Texts } from './texts.ts';

const SNIPPET_LENGTH = 100;

/**
 * What messages say and what stands at them: in their rows what the log makes of it, in each client what its user
 * may see of that, and of a deleted one nothing anywhere.
 */
export function checkMessages(facts: Facts): void {
  const texts = new Texts(facts);
  for (const id of facts.conversationIds) {
    const log = facts.log(id);
    for (const row of log) if (row.type === 'message') checkRow(facts, texts, log, row);
    for (const client of facts.world.clients) checkShown(facts, client, id);
  }
}

function checkRow(facts: Facts, texts: Texts, log: readonly EventRow[], row: MessageEvent): void {
  const { conversationId, content, lastSeq, deleted, replyTo } = row;
  const serverId = serverIdOf(row);
  const changes = changesOf(log, serverId);
  const last = changes.at(-1);
  const name = `the message ${conversationId} ${row.seq}`;
  if (lastSeq !== last?.seq)
    facts.violation(`${name} was changed by ${last?.seq}, and says by ${lastSeq}`);
  if (changes.slice(0, -1).some(({ type }) => type === 'message_deleted'))
    facts.violation(`${name} was changed after it was deleted`);
  const isDeleted = last?.type === 'message_deleted';
  if ((deleted ?? false) !== isDeleted) facts.violation(`${name}: deleted is ${deleted}`);
  if (isDeleted) {
    if (content !== '' || replyTo !== undefined) facts.violation(`${name} still says something`);
    const rows = JSON.stringify(log);
    for (const text of texts.allOf(serverId))
      if (rows.includes(text)) facts.violation(`${name} is deleted, and the log holds ${text}`);
    return;
  }
  const expected = texts.at(last ?? row);
  if (last !== undefined && content !== expected)
    facts.violation(`${name} says ${content}, and by the log ${expected}`);
  checkReactions(facts, log, row, name);
}

/** As the log has them, as far as it is delivered. */
function checkReactions(
  facts: Facts,
  log: readonly EventRow[],
  row: MessageEvent,
  name: string,
): void {
  const { conversationId, reactions = [] } = row;
  const { fanOutSeq = 0 } = facts.world.backend.conversations.headOf(conversationId) ?? {};
  const lasts = new Map<string, ReactionEvent>();
  for (const event of log)
    if (event.type === 'reaction' && event.serverId === serverIdOf(row))
      lasts.set(`${event.emoji} ${event.senderId}`, event);
  const isDelivered = ({ seq }: { readonly seq: number }): boolean => seq <= fanOutSeq;
  const expected = [...lasts.values()]
    .filter(isDelivered)
    .map(({ emoji, senderId, on, seq }) => ({ emoji, userId: senderId, on, seq }))
    .toSorted((one, other) => one.seq - other.seq);
  const there = reactions.filter(({ emoji, userId }) => {
    const last = lasts.get(`${emoji} ${userId}`);
    return last === undefined || isDelivered(last);
  });
  if (!isSame(there, expected))
    facts.violation(
      `at ${name} stands ${JSON.stringify(there)}, and by the log ${JSON.stringify(expected)}`,
    );
}

/** What a client that holds all there is for it makes of that. */
function checkShown(facts: Facts, client: SimulatedClient, conversationId: string): void {
  const events = client.views.get(conversationId)?.events ?? [];
  const reached = events.at(-1)?.seq ?? 0;
  const sees = (seq: number): boolean => facts.isEntitled(conversationId, client.userId, seq);
  const log = facts.log(conversationId);
  if (log.some(({ type, seq }) => seq > reached && type !== 'void' && sees(seq))) return;
  const { messages, snippets } = fold(events);
  for (const message of messages.values()) {
    const name = `${client.userId} shows ${conversationId} ${message.seq}`;
    const row = log[message.seq - 1];
    if (row?.type !== 'message' || !sees(row.lastSeq ?? row.seq)) continue;
    checkText(facts, name, message, row);
    const onlyNow = expectedReactions(log, row, reached, sees);
    if (!isSame([...message.reactions].toSorted(), onlyNow))
      facts.violation(
        `${name} with ${[...message.reactions].join(', ')}, not ${onlyNow.join(', ')}`,
      );
    if (row.replyTo !== undefined) checkSnippet(facts, name, row, snippets.get(row.replyTo), sees);
  }
}

function checkText(facts: Facts, name: string, shown: ShownMessage, row: MessageEvent): void {
  const isDeleted = row.deleted ?? false;
  if (shown.isDeleted !== isDeleted || shown.content !== row.content)
    facts.violation(`${name} as ${JSON.stringify(shown)} where there is ${JSON.stringify(row)}`);
  if (shown.editedAt !== row.editedAt)
    facts.violation(`${name} as edited at ${shown.editedAt}, not ${row.editedAt}`);
}

function expectedReactions(
  log: readonly EventRow[],
  row: MessageEvent,
  reached: number,
  sees: (seq: number) => boolean,
): readonly string[] {
  if (row.deleted) return [];
  const standing = new Set<string>();
  for (const event of log) {
    if (event.type !== 'reaction' || event.serverId !== serverIdOf(row)) continue;
    if (event.seq > reached || !sees(event.seq)) continue;
    const reaction = `${event.emoji} ${event.senderId}`;
    if (event.on) standing.add(reaction);
    else standing.delete(reaction);
  }
  return [...standing].toSorted();
}

/** Whoever wrote a reply shows of the other message what it holds itself, and that may be nothing. */
function checkSnippet(
  facts: Facts,
  name: string,
  reply: MessageEvent,
  shown: Snippet | undefined,
  sees: (seq: number) => boolean,
): void {
  const log = facts.log(reply.conversationId);
  const target = log.find((row) => row.type === 'message' && serverIdOf(row) === reply.replyTo);
  if (target?.type !== 'message' || shown === undefined) return;
  if (!sees(target.seq) || !sees(target.lastSeq ?? target.seq)) return;
  const snippet = target.deleted ? undefined : target.content.slice(0, SNIPPET_LENGTH);
  if (shown.snippet !== snippet || (shown.deleted ?? false) !== (target.deleted ?? false))
    facts.violation(`${name} as an answer to ${JSON.stringify(shown)}, which says ${snippet}`);
}
