/** Sizes of the wire. Bytes are UTF-8 bytes; what is measured as JSON counts its escapes. */
export const LIMITS = {
  /** API Gateway closes a connection with 1009 for a larger frame; no frame of ours is larger either. */
  frameBytes: 32_768,
  /** A message's content, as JSON: what is left of a frame holds the rest of the event. */
  contentBytes: 16_384,
  /** How long after a message its author may edit it, in milliseconds. */
  editWindowMs: 86_400_000,
  /** What is shown of a message that another one answers, in UTF-16 units. */
  snippetLength: 100,
  /** A reaction's emoji, in UTF-8 bytes. */
  emojiBytes: 32,
  /** Different emojis at one message, those included that were taken back. */
  reactionEmojis: 20,
  /** Reactions of one message: an emoji of a user each, those included that were taken back. */
  reactions: 500,
  /** Of the users who reacted to one message so many are named, in UTF-8 bytes as JSON. */
  reactionNameBytes: 6_144,
  /** How deep a frame may nest. */
  frameDepth: 6,
  /** A group's name, in UTF-16 units. */
  nameLength: 100,
  /** A file's name, as JSON: many filesystems take no longer one. */
  fileNameBytes: 255,
  /** Files in a message, and what its readers are told of them, as JSON. */
  attachments: 10,
  attachmentsBytes: 5_632,
  /** A small image beside a file, in characters of base64. */
  previewLength: 2_048,
  /** A voice note: a day. */
  durationMs: 86_400_000,
  /** Members of a group, its creator included. */
  groupMembers: 1_000,
  /** Members a page of `list_members`. */
  pageMembers: 100,
  /** Events a page of history or sync. */
  pageEvents: 100,
  defaultPageEvents: 50,
  /** Conversations a page of `list_conversations`. */
  pageConversations: 50,
  defaultPageConversations: 20,
  /** Conversations in one `sync`. */
  syncConversations: 50,
  /** Conversations in one `ping`. */
  pingConversations: 10,
  /** In a group of more members nobody is told who reads or writes. */
  signalMembers: 50,
  /** Users in one `get_presence`. */
  presenceUsers: 50,
  /** Unread is exact up to 99; this value stands for "99+". */
  unreadMany: 100,
} as const;

/** What a message's content and a file's name are measured in. */
export const CONTENT_UNIT = 'bytes as JSON';

/** Heartbeats, in milliseconds (DESIGN: presence is a lease of twice the announced interval). */
export const HEARTBEAT = {
  shortest: 10_000,
  /** While a conversation is on the screen. */
  foreground: 60_000,
  /** Otherwise, and for a client that announces nothing. Under API Gateway's idle limit of 10 minutes. */
  default: 240_000,
  longest: 540_000,
} as const;

/** How the sentence of a refusal says a limit: `at most 1,000 members`. */
export function atMost(limit: number, what: string): string {
  return `at most ${limit.toLocaleString('en-GB')} ${what}`;
}

/** Who is writing, in milliseconds. */
export const TYPING = {
  /** Of one user in one conversation it is told once in so long. */
  relayedEveryMs: 3_000,
  /** What is not said again is over after so long. */
  forgottenAfterMs: 5_000,
} as const;
