/** What the two tables hold, row by row, without the keys. */
import type { Attachment, AttachmentKind } from '../../protocol/attachment.ts';
import type { History, Role } from '../../protocol/fields.ts';

// ── Rows of the Conversations table ──────────────────────────────────────────────────────────────

/** The sequencer of one conversation (`HEAD`). Stays under 1 KB. */
export interface Head {
  readonly conversationId: string;
  readonly kind: 'direct' | 'group';
  /** A group's name. */
  readonly name?: string;
  /** The last number taken. */
  readonly seq: number;
  /** When it was taken, in milliseconds. */
  readonly takenAt: number;
  /** Nothing may be appended any more. */
  readonly closed: boolean;
  /**
   * The number of the conversation's deletion: the last one taken, and nobody gets another for as long as this is
   * there. With `closed`: it is deleted. Without: whether it will be says what stands at that number.
   */
  readonly closing?: number;
  /** Users being removed, and until when (milliseconds) they get no number. */
  readonly leaving: Readonly<Record<string, number>>;
  /** Random at creation: which history this is. */
  readonly epoch: string;
  /** Everything up to here has been delivered. */
  readonly fanOutSeq: number;
  /** Whether a member sees what was there before it joined. */
  readonly history: History;
  /** The update that `name` and `history` are as of. Absent: they are as of the creation. */
  readonly infoSeq?: number;
  /** The hash of what the creation asked for, so that a repeated one can be told from another. */
  readonly creation: string;
}

/** `INFO`: what of a group its members can change. There is none before the first change. */
export interface Info {
  readonly conversationId: string;
  /** As on the head, which shows it as soon as it can. */
  readonly name: string;
  /** As on the head. */
  readonly history: History;
  readonly picture?: string;
  readonly description?: string;
  /** The event that changed it last. */
  readonly lastSeq: number;
}

/** One stay in a conversation: the numbers from `joined` to `left`, both included. */
export interface Stay {
  readonly joined: number;
  readonly left?: number;
}

/** What of a member's row changes together with an event of the log. */
export interface Membership {
  readonly conversationId: string;
  readonly userId: string;
  readonly role: Role;
  /** The other one of a direct conversation. */
  readonly peerId?: string;
  readonly stays: readonly Stay[];
  /** The last event that changed this row, or that its member's role was needed for. */
  readonly lastSeq: number;
}

/** `MEMBER#user`: never deleted, so that a former member can be told what it was entitled to. */
export interface Member extends Membership {
  /** How far the user has read by its own word; see `cursorsOf`. */
  readonly readSeq: number;
  readonly deliveredSeq: number;
  /** The other one of a direct conversation. */
  readonly peerId?: string;
  /** The user wants the conversation to look unread: the last number when it said so. */
  readonly unreadMark?: number;
  /** When the others were last told that the user is writing, in milliseconds. */
  readonly typingAt?: number;
  /** The `typingAt` whose end they were told. */
  readonly typingEnded?: number;
  /** The user wants to be notified of nothing before, in milliseconds. */
  readonly mutedUntil?: number;
}

interface EventBase {
  readonly conversationId: string;
  readonly seq: number;
  /** Milliseconds. */
  readonly timestamp: number;
}

/** What of an event says who made it, and in which history. */
interface AuthoredEvent extends EventBase {
  readonly senderId: string;
  /** The head's epoch. */
  readonly epoch: string;
  /** The stack's generation when it was written. */
  readonly generation: number;
}

export interface MessageEvent extends AuthoredEvent {
  readonly type: 'message';
  readonly localId: string;
  /** What it says now; empty once it is deleted. */
  readonly content: string;
  readonly contentType: string;
  readonly replyTo?: string;
  /** Its files; none once it is deleted. */
  readonly attachments?: readonly Attachment[];
  /** The connection it came from, which gets the ack instead of the event. */
  readonly connectionId: string;
  /** The last event that changed what it says. */
  readonly lastSeq?: number;
  /** Milliseconds. */
  readonly editedAt?: number;
  /** By their numbers. Of a deleted message they mean nothing. */
  readonly reactions?: readonly Reaction[];
  readonly deleted?: true;
  /** The ids of the files that it had when it was deleted: what is to be removed. */
  readonly removed?: readonly string[];
}

export interface ConversationCreatedEvent extends AuthoredEvent {
  readonly type: 'conversation_created';
  readonly kind: 'direct' | 'group';
  readonly name?: string;
  readonly members: readonly string[];
}

export interface MembersAddedEvent extends AuthoredEvent {
  readonly type: 'members_added';
  readonly members: readonly string[];
}

/** The last event that the removed one gets. Left by itself if it is the sender. */
export interface MemberRemovedEvent extends AuthoredEvent {
  readonly type: 'member_removed';
  readonly userId: string;
  /** Who owns the conversation from now on, if its last owner left. */
  readonly newOwnerId?: string;
}

export interface RoleSetEvent extends AuthoredEvent {
  readonly type: 'role_set';
  readonly userId: string;
  readonly role: Role;
}

/** What became last of a user's emoji at a message. */
export interface Reaction {
  readonly emoji: string;
  readonly userId: string;
  /** Whether it stands there. */
  readonly on: boolean;
  /** Of the event that made it so. */
  readonly seq: number;
}

/** Holds nothing of what the message says now: that stands in the message's row, and there alone. */
export interface MessageEditedEvent extends AuthoredEvent {
  readonly type: 'message_edited';
  /** The message's. */
  readonly serverId: string;
}

/** What the message said is gone from its row. */
export interface MessageDeletedEvent extends AuthoredEvent {
  readonly type: 'message_deleted';
  /** The message's. */
  readonly serverId: string;
}

/** The sender's emoji is put to a message, or taken back. */
export interface ReactionEvent extends AuthoredEvent {
  readonly type: 'reaction';
  /** The message's. */
  readonly serverId: string;
  readonly emoji: string;
  readonly on: boolean;
}

/** What is left out has not changed; `null` has been taken away. */
export interface ConversationUpdatedEvent extends AuthoredEvent {
  readonly type: 'conversation_updated';
  readonly name?: string;
  readonly picture?: string | null;
  readonly description?: string | null;
  readonly history?: History;
}

/** The last event of its conversation. */
export interface ConversationDeletedEvent extends AuthoredEvent {
  readonly type: 'conversation_deleted';
}

/** A number whose holder gave it up or died. */
export interface VoidEvent extends EventBase {
  readonly type: 'void';
}

/** `EVENT#seq`: written once; of a message, what it says may change. */
export type EventRow =
  | MessageEvent
  | ConversationCreatedEvent
  | MembersAddedEvent
  | MemberRemovedEvent
  | RoleSetEvent
  | MessageEditedEvent
  | MessageDeletedEvent
  | ReactionEvent
  | ConversationUpdatedEvent
  | ConversationDeletedEvent
  | VoidEvent;

/** `LOCAL#localId` of (conversation, sender): what became of a `localId`. */
export interface LocalRow {
  readonly conversationId: string;
  readonly senderId: string;
  readonly localId: string;
  /** Of the content, so that the same `localId` with other content can be told. */
  readonly hash: string;
  /** Its place, or why it never gets one. */
  readonly outcome: LocalOutcome;
  /** Seconds; honoured for as long as the row exists. */
  readonly expiresAt: number;
}

export type LocalOutcome =
  { readonly seq: number; readonly timestamp: number } | { readonly refused: RecordedRefusal };

/** The refusals that no retry can change. */
export type RecordedRefusal =
  'not_found' | 'forbidden' | 'message_not_found' | 'attachment_not_found';

// ── Rows of the Users table ──────────────────────────────────────────────────────────────────────

/** What a heartbeat, or any action, renews of a session. */
export interface Lease {
  /** Online until then, in milliseconds, or until `expiresAt` if that comes first: presence and push. */
  readonly leaseEnd: number;
  /** How often its heartbeat comes, in milliseconds: the lease is twice that. */
  readonly intervalMs: number;
}

/** One live connection of a user, an attribute of its `SESSIONS` row. */
export interface Session extends Lease {
  readonly connectionId: string;
  /** Milliseconds. */
  readonly connectedAt: number;
  /** Reachable until then, in milliseconds: fan-out. */
  readonly expiresAt: number;
  /** Takes several events in one frame. */
  readonly batch: boolean;
}

/** `SETTINGS`: what a user decides about itself. */
export interface UserSettings {
  /** Others are told what it has read, and it is told what they have. */
  readonly readReceipts: boolean;
}

/** `PROFILE`: what a user goes by. There without a name: it wants none. */
export interface Profile {
  readonly name?: string;
  /** An `https://` address. */
  readonly picture?: string;
}

/** `CONVERSATION#id`: that the user is a member; the list a client starts from. */
export interface UserConversation {
  readonly userId: string;
  readonly conversationId: string;
  readonly kind: 'direct' | 'group';
  /** The other one of a direct conversation. */
  readonly peerId?: string;
}

/** `UPLOAD` of an attachment: what its sender has said of a file, for as long as a message may come to refer to it. */
export interface Upload {
  readonly attachmentId: string;
  /** Who asked for it: nobody else may send it. */
  readonly userId: string;
  readonly kind: AttachmentKind;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** When the bucket told that the file is there, in milliseconds. */
  readonly confirmedAt?: number;
  /** Seconds. */
  readonly expiresAt: number;
}
