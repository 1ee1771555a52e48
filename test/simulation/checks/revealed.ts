import type { EventRow, MessageEvent } from '../../../lambdas/core/ports.ts';
import type { ConversationEvent } from '../../../protocol/conversation-event.ts';
import type { Message } from '../../../protocol/send-message.ts';
import type { WireFrame } from '../gateway.ts';
import { isSame, type Facts } from './facts.ts';
import { serverIdOf, type Texts, type Version } from './texts.ts';

/** A function may have read what was deleted under its hands, and runs for so long: its call, and its answer. */
const UNDER_WAY_MS = 25_000;

/** What a frame tells somebody of what messages say, and of what stands at them. */
export class Revealed {
  readonly #facts: Facts;
  readonly #texts: Texts;
  /** When a message was deleted, by its name. */
  readonly #deletedAt = new Map<string, number>();

  constructor(facts: Facts, texts: Texts) {
    this.#facts = facts;
    this.#texts = texts;
    for (const id of facts.conversationIds)
      for (const row of facts.log(id))
        if (row.type === 'message_deleted') this.#deletedAt.set(row.serverId, row.timestamp);
  }

  check(frame: WireFrame, event: ConversationEvent): void {
    if (event.type === 'message') this.#checkMessage(frame, event);
    else if (event.type === 'message_edited' && event.content !== undefined)
      this.#checkText(frame, event.serverId, event.content);
  }

  #checkMessage(frame: WireFrame, message: Message): void {
    const { content, serverId, deleted, withheld, replyTo, repliedTo, reactions, editedAt } =
      message;
    const isEmpty = deleted === true || withheld === true;
    const more = [replyTo, repliedTo, editedAt, ...(deleted ? [reactions] : [])];
    const saysMore = more.some((field) => field !== undefined);
    if (isEmpty !== (content === '') || (isEmpty && saysMore))
      this.#violation(frame, JSON.stringify(message));
    if (!isEmpty) this.#checkText(frame, serverId, content);
    if (replyTo !== undefined && repliedTo?.snippet !== undefined)
      this.#checkText(frame, replyTo, repliedTo.snippet);
    for (const { emoji, count, userIds } of reactions ?? []) {
      if (count !== userIds.length) this.#violation(frame, `${count} of ${userIds.join(' ')}`);
      for (const userId of userIds) this.#checkReaction(frame, message, emoji, userId);
    }
  }

  /** It is a text of that message, and the reader may see both the message and what made it say so. */
  #checkText(frame: WireFrame, serverId: string, text: string): void {
    // A restore takes back who was where, and what a `localId` was used for.
    if (this.#facts.world.history.restores.length > 0) return;
    const versions = this.#texts.of(text).filter((version) => version.serverId === serverId);
    if (versions.length === 0) this.#violation(frame, `"${text}", which ${serverId} never said`);
    if (!versions.some((version) => this.#isOpenTo(frame.caller.userId, version)))
      this.#violation(frame, `"${text}", which is not theirs`);
    const deletedAt = this.#deletedAt.get(serverId) ?? Infinity;
    if (frame.at > deletedAt + UNDER_WAY_MS)
      this.#violation(frame, `"${text}", ${frame.at - deletedAt} ms after it was deleted`);
  }

  #isOpenTo(userId: string, { conversationId, serverId, seq }: Version): boolean {
    const original = this.#facts
      .log(conversationId)
      .find((row): row is MessageEvent => row.type === 'message' && serverIdOf(row) === serverId);
    const seqs = [seq, original?.seq ?? 0];
    return seqs.every((one) => this.#facts.isEntitled(conversationId, userId, one));
  }

  #checkReaction(frame: WireFrame, message: Message, emoji: string, userId: string): void {
    if (this.#facts.world.history.restores.length > 0) return;
    const { conversationId, serverId } = message;
    const isIt = (row: EventRow): boolean =>
      row.type === 'reaction' &&
      isSame([row.serverId, row.emoji, row.senderId, row.on], [serverId, emoji, userId, true]) &&
      this.#facts.isEntitled(conversationId, frame.caller.userId, row.seq);
    if (!this.#facts.log(conversationId).some(isIt))
      this.#violation(frame, `${emoji} of ${userId} at ${serverId}`);
  }

  #violation({ caller }: WireFrame, what: string): void {
    this.#facts.violation(`${caller.connectionId} was told ${what}`);
  }
}
