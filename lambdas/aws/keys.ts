/** Where a row stands: the partition and sort key of both tables (DESIGN §4). */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** What sort keys of one kind begin with. */
export const PREFIX = {
  member: 'MEMBER#',
  event: 'EVENT#',
  local: 'LOCAL#',
  conversation: 'CONVERSATION#',
  block: 'BLOCK#',
} as const;

/** Ids are ASCII. */
const BEHIND_ALL_IDS = '\u{10ffff}';
/** Zero padded to this length, sort keys are in the order of their numbers. */
const SEQ_DIGITS = 12;

export function headKey(conversationId: string): Key {
  return { pk: conversationId, sk: 'HEAD' };
}

export function infoKey(conversationId: string): Key {
  return { pk: conversationId, sk: 'INFO' };
}

export function ownersKey(conversationId: string): Key {
  return { pk: conversationId, sk: 'OWNERS' };
}

export function memberKey(conversationId: string, userId: string): Key {
  return { pk: conversationId, sk: `${PREFIX.member}${userId}` };
}

export function eventKey(conversationId: string, seq: number): Key {
  return { pk: conversationId, sk: `${PREFIX.event}${String(seq).padStart(SEQ_DIGITS, '0')}` };
}

/** A partition of its own: no `#` stands in a conversation's id, so no two senders share one. */
export function localKey(conversationId: string, senderId: string, localId: string): Key {
  return { pk: `${conversationId}#${senderId}`, sk: `${PREFIX.local}${localId}` };
}

export function sessionsKey(userId: string): Key {
  return { pk: userId, sk: 'SESSIONS' };
}

export function rateKey(userId: string): Key {
  return { pk: userId, sk: 'RATE' };
}

export function profileKey(userId: string): Key {
  return { pk: userId, sk: 'PROFILE' };
}

export function settingsKey(userId: string): Key {
  return { pk: userId, sk: 'SETTINGS' };
}

export function userConversationKey(userId: string, conversationId: string): Key {
  return { pk: userId, sk: `${PREFIX.conversation}${conversationId}` };
}

export function blockKey(userId: string, otherId: string): Key {
  return { pk: userId, sk: `${PREFIX.block}${otherId}` };
}

/** Of keys that differ by it: a conversation, or a user. */
export function partitionOf({ pk }: Key): string {
  return pk;
}

/** A partition of its own: the bucket tells of a file by its id, and not whose it is. */
export function uploadKey(attachmentId: string): Key {
  return { pk: attachmentId, sk: 'UPLOAD' };
}

export function seqOfKey({ sk }: Key): number {
  return Number(sk.slice(PREFIX.event.length));
}

/** What follows the prefix. */
export function idOfKey({ sk }: Key, prefix: string): string {
  return sk.slice(prefix.length);
}

/** The sort keys of one kind, first to last. */
export function everyKey(prefix: string): { readonly from: string; readonly to: string } {
  return { from: prefix, to: `${prefix}${BEHIND_ALL_IDS}` };
}
