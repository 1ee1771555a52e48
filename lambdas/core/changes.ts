/** What a transaction may do to the rows of the two tables. */
import type {
  EventRow,
  Head,
  Info,
  Member,
  Membership,
  MessageEvent,
  UserConversation,
} from './rows.ts';

/** One part of a transaction. Each has a condition; one that fails cancels all. */
export type Change =
  /** If there is no head. */
  | { readonly kind: 'create_head'; readonly head: Head }
  /** If there is none. The ids of the owners; never empty. */
  | {
      readonly kind: 'create_owners';
      readonly conversationId: string;
      readonly owners: readonly string[];
    }
  /** If the slot is empty. */
  | { readonly kind: 'put_event'; readonly event: EventRow }
  /** If there is no row. */
  | { readonly kind: 'create_member'; readonly member: Member }
  /**
   * Its place in the conversation, if the row's `lastSeq` still is what it was when it was read. What else the row
   * holds (cursors, a mute) is written by its user at any time, and is left as it is.
   */
  | {
      readonly kind: 'replace_member';
      readonly member: Membership;
      readonly previousSeq: number;
    }
  /** Changes nothing: the row's `lastSeq` must still be what it was when it was read. */
  | {
      readonly kind: 'check_member';
      readonly conversationId: string;
      readonly userId: string;
      readonly lastSeq: number;
    }
  /** Sets what a message says, and its `lastSeq`: if it is there, not deleted, and no later event has changed it. */
  | {
      readonly kind: 'edit_message';
      readonly conversationId: string;
      readonly messageSeq: number;
      /** Of the event that does it. */
      readonly seq: number;
      readonly edit: Edit;
    }
  /**
   * Takes away what a message says, and sets its `lastSeq`: if it is there, not deleted, and no later event has
   * changed it.
   */
  | {
      readonly kind: 'delete_message';
      readonly conversationId: string;
      readonly messageSeq: number;
      /** The ids of its files, which it keeps. */
      readonly removed: readonly string[];
      /** Of the event that does it. */
      readonly seq: number;
    }
  /** If the row's `lastSeq` still is what it was when it was read; without one, if there was no row. */
  | { readonly kind: 'put_info'; readonly info: Info; readonly previousSeq?: number }
  /** If the owners still are what was read, in any order; never empty. */
  | {
      readonly kind: 'replace_owners';
      readonly conversationId: string;
      readonly owners: readonly string[];
      readonly previous: readonly string[];
    }
  /** Whatever was there. */
  | { readonly kind: 'put_user_conversation'; readonly row: UserConversation }
  /** Whether it was there or not. */
  | {
      readonly kind: 'delete_user_conversation';
      readonly userId: string;
      readonly conversationId: string;
    };

/** What a message says from now on. */
export type Edit = Required<Pick<MessageEvent, 'content' | 'contentType' | 'editedAt'>>;

/** Why a part did not go through: its condition, or another transaction at the same row (try again). */
export type ChangeFailure = 'condition' | 'conflict';

export type Committed =
  | { readonly committed: true }
  /** One entry a change, in their order; `undefined` for a part that was not at fault. */
  | { readonly committed: false; readonly failures: readonly (ChangeFailure | undefined)[] };
