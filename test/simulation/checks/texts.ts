import type { EventRow, MessageEvent } from '../../../lambdas/core/ports.ts';
import type { Facts } from './facts.ts';

/** What a message said from one event on. */
export interface Version {
  readonly conversationId: string;
  readonly serverId: string;
  readonly seq: number;
  readonly generation: number;
  readonly content: string;
}

/** What has ever been said, by what people asked for: no row is believed. */
export class Texts {
  readonly #facts: Facts;
  /** Sent again, an edit may be there twice. */
  readonly #byContent = new Map<string, Version[]>();
  readonly #byEvent = new Map<string, Version>();

  constructor(facts: Facts) {
    this.#facts = facts;
    const { history } = facts.world;
    for (const edit of history.edits) this.#add(edit);
    for (const id of facts.conversationIds)
      for (const row of facts.log(id)) if (row.type === 'message') this.#addMessage(row);
  }

  #add(version: Version): void {
    const { content } = version;
    this.#byContent.set(content, [...(this.#byContent.get(content) ?? []), version]);
    this.#byEvent.set(keyOf(version), version);
  }

  #addMessage(row: MessageEvent): void {
    const { conversationId, senderId, localId, seq, generation } = row;
    const content = this.#facts.world.history.sendOf(senderId, localId)?.draft.content;
    if (content === undefined) return;
    this.#add({ conversationId, serverId: serverIdOf(row), seq, generation, content });
  }

  /** The versions that say so, or begin so. */
  of(text: string): readonly Version[] {
    const whole = this.#byContent.get(text);
    if (whole !== undefined) return whole;
    return [...this.#byContent].flatMap(([content, versions]) =>
      content.startsWith(text) ? versions : [],
    );
  }

  /** What an event made its message say. */
  at(event: { conversationId: string; seq: number; generation: number }): string | undefined {
    return this.#byEvent.get(keyOf(event))?.content;
  }

  /** Everything that a message has ever said. */
  allOf(serverId: string): readonly string[] {
    return [...this.#byContent.values()]
      .flat()
      .filter((version) => version.serverId === serverId)
      .map(({ content }) => content);
  }
}

/** A message's name, by its row. */
export function serverIdOf({ epoch, generation, seq }: MessageEvent): string {
  return `${epoch}.${generation}.${seq}`;
}

/** The events that changed what a message says. */
export function changesOf(log: readonly EventRow[], serverId: string) {
  return log
    .filter((row) => row.type === 'message_edited' || row.type === 'message_deleted')
    .filter((row) => row.serverId === serverId);
}

function keyOf(at: { conversationId: string; seq: number; generation: number }): string {
  return `${at.conversationId} ${at.seq} ${at.generation}`;
}
