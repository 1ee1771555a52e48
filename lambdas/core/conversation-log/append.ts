import { isCurrent } from '../membership.ts';
import type { Attachment } from '../../../protocol/attachment.ts';
import {
  Unavailable,
  type LocalRow,
  type Member,
  type MessageEvent,
  type RecordedRefusal,
} from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { settleAll } from '../settle-all.ts';
import { giveUpNumber, takeNumber, type LogPorts } from './number.ts';

/** An idempotency row is kept so long, in seconds. */
const LOCAL_ROW_SECONDS = 14 * 24 * 60 * 60;
/** A slot can be filled before us, and another send of ours can win: so often we start over before we say `busy`. */
const ROUNDS = 5;

/** A message without its place. */
export interface Draft {
  readonly message: Omit<MessageEvent, 'type' | 'seq' | 'timestamp' | 'epoch' | 'generation'>;
  /** Of all that makes it this message and no other. */
  readonly hash: string;
  readonly generation: number;
  /** What only a look into the log can tell. Called before a number is taken, and only for members. */
  validate(sender: Member): Promise<RecordedRefusal | undefined>;
  /** What it carries, asked for before it is written; `undefined` if nobody knows it any more. Default: nothing. */
  attachments?(): Promise<readonly Attachment[] | undefined>;
}

/** A row that holds a place, not a refusal. */
type PlacedRow = LocalRow & {
  readonly outcome: { readonly seq: number; readonly timestamp: number };
};

/**
 * Appends a message once, however often it is sent, and answers with its final place (DESIGN §3).
 * Look, take a number, write: on the plain way three write units and no transaction.
 *
 * @throws Refusal `not_found` and what `validate` says (recorded, final), `local_id_reused`, `busy`
 */
export async function append(ports: LogPorts, draft: Draft): Promise<MessageEvent> {
  const attempt = new Append(ports, draft);
  return attempt.run();
}

class Append {
  private readonly ports: LogPorts;
  private readonly draft: Draft;
  private readonly conversationId: string;
  private readonly senderId: string;
  private epoch: string | undefined;
  private round = 0;

  constructor(ports: LogPorts, draft: Draft) {
    this.ports = ports;
    this.draft = draft;
    this.conversationId = draft.message.conversationId;
    this.senderId = draft.message.senderId;
  }

  async run(): Promise<MessageEvent> {
    const { conversations } = this.ports;
    const [local, member] = await settleAll([
      conversations.getLocal(this.conversationId, this.senderId, this.draft.message.localId),
      conversations.getMember(this.conversationId, this.senderId),
    ]);
    if (local !== undefined) return this.finish(local);
    if (member === undefined) throw new Refusal('not_found');
    const refused = isCurrent(member) ? await this.draft.validate(member) : 'not_found';
    return refused === undefined ? this.place() : this.refuse(refused);
  }

  /** A first try: a number, the row that claims it, the event. */
  private async place(): Promise<MessageEvent> {
    const taken = await takeNumber(this.ports, this.conversationId, this.senderId);
    if (!taken.taken) return taken.reason === 'gone' ? this.refuse('not_found') : busy();
    this.epoch = taken.head.epoch;
    const row = this.rowAt(taken.seq);
    const earlier = await this.ports.conversations.putLocal(row);
    if (earlier !== undefined && !isSamePlace(earlier, row)) {
      await giveUpNumber(this.ports, this.conversationId, taken.seq);
      return this.finish(earlier);
    }
    return this.write(row);
  }

  /** What an idempotency row says is what happens, whatever the membership is now. */
  private async finish(local: LocalRow): Promise<MessageEvent> {
    if (local.hash !== this.draft.hash) throw new Refusal('local_id_reused');
    const { outcome } = local;
    if ('refused' in outcome) throw new Refusal(outcome.refused);
    const event = await this.ports.conversations.getEvent(this.conversationId, outcome.seq);
    if (event === undefined) return this.write({ ...local, outcome });
    return this.isOurs(event) ? event : this.replace({ ...local, outcome });
  }

  private async write(row: PlacedRow): Promise<MessageEvent> {
    const attachments = this.draft.attachments && (await this.draft.attachments());
    if (this.draft.attachments !== undefined && attachments === undefined) return this.abandon(row);
    const event: MessageEvent = {
      ...this.draft.message,
      ...(attachments !== undefined && { attachments }),
      type: 'message',
      ...row.outcome,
      epoch: this.epoch ?? (await this.readEpoch()),
      generation: this.draft.generation,
    };
    const earlier = await this.ports.conversations.putEvent(event);
    if (earlier === undefined) return event;
    return this.isOurs(earlier) ? earlier : this.replace(row);
  }

  /** The slot was filled meanwhile: look at the membership again, and move the row to a new number. */
  private async replace(row: PlacedRow): Promise<MessageEvent> {
    this.round += 1;
    if (this.round > ROUNDS) return busy();
    const { conversations } = this.ports;
    const member = await conversations.getMember(this.conversationId, this.senderId);
    if (!isCurrent(member)) return this.withdraw(row);
    const taken = await takeNumber(this.ports, this.conversationId, this.senderId);
    if (!taken.taken) return taken.reason === 'gone' ? this.withdraw(row) : busy();
    this.epoch = taken.head.epoch;
    const next = this.rowAt(taken.seq);
    const result = await conversations.moveLocal(next, row.outcome.seq);
    if (result.moved || (result.row !== undefined && isSamePlace(result.row, next)))
      return this.write(next);
    await giveUpNumber(this.ports, this.conversationId, taken.seq);
    return result.row === undefined ? busy() : this.finish(result.row);
  }

  /**
   * A retry comes so late that what it carries has expired, and no attempt has written it. Its place is filled first,
   * so that none still in flight succeeds behind the refusal.
   */
  private async abandon(row: PlacedRow): Promise<MessageEvent> {
    const { seq } = row.outcome;
    await giveUpNumber(this.ports, this.conversationId, seq);
    const event = await this.ports.conversations.getEvent(this.conversationId, seq);
    if (event === undefined) return busy();
    return this.isOurs(event) ? event : this.withdraw(row, 'attachment_not_found');
  }

  /** It can't be written any more, and its place was filled: the row becomes a refusal, unless another send moved it. */
  private async withdraw(
    row: PlacedRow,
    why: RecordedRefusal = 'not_found',
  ): Promise<MessageEvent> {
    const refused: LocalRow = { ...row, outcome: { refused: why } };
    const result = await this.ports.conversations.moveLocal(refused, row.outcome.seq);
    if (result.moved) throw new Refusal(why);
    return result.row === undefined ? busy() : this.finish(result.row);
  }

  /** Recorded first, so that an attempt still in flight can't succeed behind it. */
  private async refuse(refused: RecordedRefusal): Promise<MessageEvent> {
    const earlier = await this.ports.conversations.putLocal({
      ...this.rowAt(0),
      outcome: { refused },
    });
    if (earlier !== undefined) return this.finish(earlier);
    throw new Refusal(refused);
  }

  private rowAt(seq: number): PlacedRow {
    const now = this.ports.clock.now();
    return {
      conversationId: this.conversationId,
      senderId: this.senderId,
      localId: this.draft.message.localId,
      hash: this.draft.hash,
      outcome: { seq, timestamp: now },
      expiresAt: Math.floor(now / 1_000) + LOCAL_ROW_SECONDS,
    };
  }

  private isOurs(event: { readonly type: string }): event is MessageEvent {
    const { type, senderId, localId } = event as MessageEvent;
    return (
      type === 'message' && senderId === this.senderId && localId === this.draft.message.localId
    );
  }

  /** A retry that has to write the event takes no number, so it reads the head for its epoch. */
  private async readEpoch(): Promise<string> {
    const head = await this.ports.conversations.getHead(this.conversationId);
    if (head === undefined)
      throw new Unavailable('unable to finish a send; its conversation has no head');
    return head.epoch;
  }
}

/** Whether the row is the very one we wrote: the SDK's own retry finds it there (F-41). */
function isSamePlace({ hash, outcome }: LocalRow, ours: PlacedRow): boolean {
  const { seq, timestamp } = ours.outcome;
  return (
    hash === ours.hash && 'seq' in outcome && outcome.seq === seq && outcome.timestamp === timestamp
  );
}

function busy(): never {
  throw new Refusal('busy');
}
