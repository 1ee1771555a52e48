import type { Ack } from '../../protocol/send-message.ts';
import type { ErrorMessage } from '../../protocol/errors.ts';
import type { Answer } from '../../protocol/server-message.ts';
import type { WireFrame } from './gateway.ts';
import type { Draft } from './outbox.ts';

/** A message that a user wrote, and what became of it as its client saw it. */
export interface Send {
  readonly userId: string;
  readonly draft: Draft;
  /** The codes it may rightly be refused with; none for a plain message of a member. */
  readonly mayFail: readonly ErrorMessage['code'][];
  readonly acks: Ack[];
  failure?: ErrorMessage;
}

/** How often one worker posted one frame to one connection. */
export interface Posts {
  readonly worker: number;
  readonly connectionId: string;
  times: number;
}

/** A request that was made, over whichever connection there was. */
export interface Asked {
  /** Milliseconds. */
  readonly at: number;
  readonly userId: string;
  readonly connectionId: string | undefined;
  readonly request: object;
}

/** A request that was answered. */
export interface Answered {
  /** Milliseconds. */
  readonly askedAt: number;
  readonly at: number;
  readonly userId: string;
  readonly request: object;
  readonly answer: Answer;
}

/** What somebody tried to make of a message, by the event of this number. */
export interface Edit {
  readonly conversationId: string;
  readonly serverId: string;
  readonly seq: number;
  readonly generation: number;
  readonly content: string;
}

/** What a run leaves for the checker, beside the tables and the views. */
export class History {
  readonly sends = new Map<string, Send>();
  readonly wire: WireFrame[] = [];
  readonly asked: Asked[] = [];
  readonly answers: Answered[] = [];
  readonly edits: Edit[] = [];
  /** Of each frame that a worker posted to a connection. */
  readonly posts = new Map<string, Posts>();
  /** When each worker made its first and its last call, in milliseconds. */
  readonly workers = new Map<number, { readonly first: number; last: number }>();
  /** What broke a rule as it happened. */
  readonly violations: string[] = [];
  /** What each restore kept, as `conversation seq`, and the generation that ended with it. */
  readonly restores: { readonly generation: number; readonly kept: ReadonlySet<string> }[] = [];
  /** Every step in words, if the run is traced: two runs of one seed have the same. */
  readonly trace: string[] = [];

  sendOf(userId: string, localId: string): Send | undefined {
    return this.sends.get(`${userId} ${localId}`);
  }

  addSend(send: Send): void {
    this.sends.set(`${send.userId} ${send.draft.localId}`, send);
  }
}
