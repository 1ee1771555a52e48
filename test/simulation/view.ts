import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import type { Cursor } from '../../protocol/fields.ts';

/**
 * `applied`: it is shown, with what waited for it. `held`: something before it is missing. `known`: it was
 * shown before. `other_history`: its epoch is another.
 */
export type Received = 'applied' | 'held' | 'known' | 'other_history';

/** One conversation as a client shows it: contiguous from where the client came in, of one history. */
export class View {
  readonly #events: ConversationEvent[] = [];
  readonly #held = new Map<number, ConversationEvent>();

  get events(): readonly ConversationEvent[] {
    return this.#events;
  }

  /** How far it is held. */
  get cursor(): Cursor & { readonly seq: number } {
    const last = this.#events.at(-1);
    return last === undefined ? { seq: 0 } : { seq: last.seq, epoch: last.epoch };
  }

  /** Something later than the next event has come. */
  get hasGap(): boolean {
    return this.#held.size > 0;
  }

  /**
   * @param begins whether nothing before it is for this client: its user comes in with it, or it is the first
   *   of what a sync from nothing brought
   */
  receive(event: ConversationEvent, begins: boolean): Received {
    const last = this.#events.at(-1);
    if (last !== undefined && last.epoch !== event.epoch) return 'other_history';
    if (last !== undefined && event.seq <= last.seq) return 'known';
    if (!begins && event.seq !== (last?.seq ?? NaN) + 1) {
      this.#held.set(event.seq, event);
      return 'held';
    }
    // Back after a time away: what was held is of an earlier stay.
    if (event.seq !== (last?.seq ?? 0) + 1) this.#events.length = 0;
    this.#events.push(event);
    this.#takeHeld(event);
    return 'applied';
  }

  /** Forgets everything: continuity could not be proven. */
  reset(): void {
    this.#events.length = 0;
    this.#held.clear();
  }

  #takeHeld(last: ConversationEvent): void {
    for (const [seq, event] of this.#held)
      if (seq <= last.seq || event.epoch !== last.epoch) this.#held.delete(seq);
    for (let seq = last.seq + 1; ; seq += 1) {
      const event = this.#held.get(seq);
      if (event === undefined) return;
      this.#held.delete(seq);
      this.#events.push(event);
    }
  }
}
