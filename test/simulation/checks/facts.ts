import type { ConversationEvent } from '../../../protocol/conversation-event.ts';
import type { EventRow, Member, Stay } from '../../../lambdas/core/ports.ts';
import type { Ack } from '../../../protocol/send-message.ts';
import type { World } from '../world.ts';

/** An ack, and who got it. */
export interface UserAck {
  /** Milliseconds. */
  readonly at: number;
  readonly userId: string;
  readonly ack: Ack;
}

/** The tables at the end of a run, as the checks look at them. Nothing here uses the code under test. */
export class Facts {
  readonly world: World;
  readonly conversationIds: readonly string[];
  /** Every ack that any connection got, asked for once or sent again. */
  readonly acks: readonly UserAck[];
  readonly #onWire = new Map<EventRow, ConversationEvent>();

  constructor(world: World, conversationIds: readonly string[]) {
    this.world = world;
    this.conversationIds = conversationIds;
    this.acks = world.history.answers.flatMap(({ userId, at, answer }) =>
      answer.type === 'ack' ? [{ userId, at, ack: answer }] : [],
    );
  }

  violation(text: string): void {
    this.world.history.violations.push(text);
  }

  get generation(): number {
    return this.world.backend.generation;
  }

  log(conversationId: string): readonly EventRow[] {
    return this.world.backend.conversations.eventsOf(conversationId);
  }

  headSeq(conversationId: string): number {
    return this.world.backend.conversations.headOf(conversationId)?.seq ?? 0;
  }

  epoch(conversationId: string): string {
    const head = this.world.backend.conversations.headOf(conversationId);
    return `${head?.epoch ?? ''}.${this.generation}`;
  }

  member(conversationId: string, userId: string): Member | undefined {
    return this.world.backend.conversations
      .membersOf(conversationId)
      .find((member) => member.userId === userId);
  }

  isEntitled(conversationId: string, userId: string, seq: number): boolean {
    const stays = this.member(conversationId, userId)?.stays ?? [];
    return stays.some(({ joined, left = Infinity }) => joined <= seq && seq <= left);
  }

  /** Whether the user is a member at the end. */
  isCurrent(conversationId: string, userId: string): boolean {
    const last = this.member(conversationId, userId)?.stays.at(-1);
    return last !== undefined && last.left === undefined;
  }

  /** Whether nobody is a member any more. */
  isDeserted(conversationId: string): boolean {
    const members = this.world.backend.conversations.membersOf(conversationId);
    return !members.some(({ userId }) => this.isCurrent(conversationId, userId));
  }

  isOfLastStay(conversationId: string, userId: string, seq: number): boolean {
    const { joined, left } = this.member(conversationId, userId)?.stays.at(-1) ?? {};
    return joined !== undefined && joined <= seq && seq <= (left ?? Infinity);
  }

  /** Whether the user has ever been away, by what the log says: a restore may have taken the row back. */
  hasLeft(conversationId: string, userId: string): boolean {
    const stays = this.member(conversationId, userId)?.stays ?? [];
    return stays.some(({ left }) => left !== undefined) || this.world.history.restores.length > 0;
  }

  /**
   * What a client is to show of a conversation, as it gets it: its user's last stay, and what it held of an
   * earlier one that ended just where the next began.
   *
   * @param from the first number that it shows
   * @param isBehind nobody tells it any more of the stays after that one
   */
  entitled(
    conversationId: string,
    userId: string,
    from = Infinity,
    isBehind = false,
  ): readonly ConversationEvent[] {
    const joinedUp = joinUp(this.member(conversationId, userId)?.stays ?? [], from);
    const { joined, left = Infinity } =
      (isBehind ? joinedUp.findLast((stay) => stay.joined <= from) : joinedUp.at(-1)) ?? NO_STAY;
    return this.log(conversationId)
      .filter(({ seq }) => joined <= seq && seq <= left)
      .map((row) => this.onWire(row));
  }

  /** A row of the log as clients are to get it, but for what is not `fixed`. */
  onWire(row: EventRow): ConversationEvent {
    const known = this.#onWire.get(row);
    if (known !== undefined) return known;
    const made = this.#render(row);
    this.#onWire.set(row, made);
    return made;
  }

  #render(row: EventRow): ConversationEvent {
    const { conversationId, seq } = row;
    const place = { conversationId, seq, epoch: this.epoch(conversationId) };
    if (row.type === 'void') return { type: 'void', ...place };
    const { senderId, timestamp } = row;
    const authored = { ...place, senderId, timestamp };
    switch (row.type) {
      case 'message': {
        const { localId } = row;
        const serverId = `${row.epoch}.${row.generation}.${seq}`;
        // What it says changes, and is not the same for everybody: that is another check's.
        const text = { content: '', contentType: 'text/plain' };
        return { type: row.type, ...authored, serverId, localId, ...text };
      }
      case 'conversation_created': {
        const name = row.name === undefined ? {} : { name: row.name };
        return { type: row.type, ...authored, kind: row.kind, members: [...row.members], ...name };
      }
      case 'members_added':
        return { type: row.type, ...authored, members: [...row.members] };
      case 'member_removed': {
        const heir = row.newOwnerId === undefined ? {} : { newOwnerId: row.newOwnerId };
        return { type: row.type, ...authored, userId: row.userId, ...heir };
      }
      case 'conversation_deleted':
        return { type: row.type, ...authored };
      case 'role_set':
        return { type: row.type, ...authored, userId: row.userId, role: row.role };
      case 'message_edited':
      case 'message_deleted':
        return { type: row.type, ...authored, serverId: row.serverId };
      case 'reaction': {
        const { type, serverId, emoji, on } = row;
        return { type, ...authored, serverId, emoji, on };
      }
      case 'conversation_updated': {
        const { epoch: _epoch, generation: _generation, ...shown } = row;
        return { ...shown, ...authored };
      }
    }
  }

  /** Whether what stood at that place when the epoch was current has been taken back by a restore since. */
  isTakenBack({
    conversationId,
    seq,
    epoch,
  }: Pick<Ack, 'conversationId' | 'seq' | 'epoch'>): boolean {
    const generation = Number(epoch.slice(epoch.lastIndexOf('.') + 1));
    return this.world.history.restores
      .filter((restore) => restore.generation >= generation)
      .some((restore) => !restore.kept.has(`${conversationId} ${seq}`));
  }
}

const NO_STAY: Stay = { joined: Infinity };

/** The stays, where one that began just where another ended goes on for whoever shows the earlier one. */
function joinUp(stays: readonly Stay[], from: number): readonly Stay[] {
  const joinedUp: Stay[] = [];
  for (const stay of stays) {
    const before = joinedUp.at(-1);
    const goesOn = before?.left === stay.joined - 1 && from < stay.joined;
    if (goesOn) joinedUp.splice(-1, 1, { ...stay, joined: before.joined });
    else joinedUp.push(stay);
  }
  return joinedUp;
}

/** Equal by content, whatever the order of the keys. */
export function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return one === other;
  const parts = Object.entries(one);
  const others = other as Readonly<Record<string, unknown>>;
  if (parts.length !== Object.keys(others).length) return false;
  return parts.every(([key, part]) => key in others && isSame(part, others[key]));
}
