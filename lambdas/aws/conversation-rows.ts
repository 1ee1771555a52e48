import type {
  EventRow,
  Head,
  Info,
  LocalRow,
  Member,
  MessageEvent,
  Reaction,
} from '../core/ports.ts';
import {
  eventKey,
  headKey,
  idOfKey,
  infoKey,
  localKey,
  memberKey,
  ownersKey,
  PREFIX,
  seqOfKey,
} from './keys.ts';
import { fromItem, toItem } from './item.ts';
import type { Item } from './item.ts';
import type { Key } from './keys.ts';

/**
 * The rows of the Conversations table as items. What the key says is not said again, and what is usual is left
 * out: a head and a plain message fit into one write unit (1 KB).
 */

/** Before emoji and user in the name of a reaction's attribute. */
const REACTION = 'r:';
const USUAL_CONTENT_TYPE = 'text/plain';
/** Before a user's id in `leaving`, so that no id is a name that JavaScript objects hold dear (`__proto__`). */
const LEAVING = 'u:';

export function headToItem(head: Head): Item {
  const { conversationId, closed, leaving, ...rest } = head;
  const marks = Object.entries(leaving).map(
    ([userId, until]) => [leavingName(userId), until] as const,
  );
  return toItem(headKey(conversationId), {
    ...rest,
    // Always there, so that an update can set one mark in it.
    leaving: Object.fromEntries(marks),
    ...(closed && { closed }),
  });
}

export function headFromItem(item: Item): Head {
  const { key, row } = fromItem(item) as Read<Omit<Head, 'conversationId' | 'closed'>>;
  const marks = Object.entries(row.leaving).map(
    ([name, until]) => [name.slice(LEAVING.length), until] as const,
  );
  return {
    closed: false,
    ...row,
    conversationId: key.pk,
    leaving: Object.fromEntries(marks),
  };
}

/** The name of a user's mark in a head's `leaving`. */
export function leavingName(userId: string): string {
  return `${LEAVING}${userId}`;
}

export function infoToItem({ conversationId, ...row }: Info): Item {
  return toItem(infoKey(conversationId), row);
}

export function infoFromItem(item: Item): Info {
  const { key, row } = fromItem(item) as Read<Omit<Info, 'conversationId'>>;
  return { ...row, conversationId: key.pk };
}

/** A set, which a condition compares whatever its order; DynamoDB knows no empty one. */
export function ownersToItem(conversationId: string, owners: readonly string[]): Item {
  return toItem(ownersKey(conversationId), { owners: new Set(owners) });
}

/** In no order. */
export function ownersFromItem(item: Item): readonly string[] {
  const { row } = fromItem(item) as { readonly row: { readonly owners: ReadonlySet<string> } };
  return [...row.owners];
}

export function memberToItem({ conversationId, userId, ...row }: Member): Item {
  return toItem(memberKey(conversationId, userId), row);
}

export function memberFromItem(item: Item): Member {
  const { key, row } = fromItem(item) as Read<Omit<Member, 'conversationId' | 'userId'>>;
  return { ...row, conversationId: key.pk, userId: idOfKey(key, PREFIX.member) };
}

export function eventToItem({ conversationId, seq, ...row }: EventRow): Item {
  const key = eventKey(conversationId, seq);
  if (row.type !== 'message') return toItem(key, row);
  const { contentType, reactions = [], ...rest } = row;
  return toItem(key, {
    ...rest,
    ...(contentType !== USUAL_CONTENT_TYPE && { contentType }),
    ...Object.fromEntries(reactions.map((one) => [reactionName(one), reactionValue(one)])),
  });
}

export function eventFromItem(item: Item): EventRow {
  const { key, row } = fromItem(item) as Read<EventRow>;
  const event = { ...row, conversationId: key.pk, seq: seqOfKey(key) };
  return event.type === 'message' ? messageFrom(event) : event;
}

/** What the item holds wins over what is usual. */
function messageFrom(stored: MessageEvent): MessageEvent {
  const entries = Object.entries(stored);
  const reactions = entries.filter(isReaction).map(([name, value]) => reactionFrom(name, value));
  const rest = Object.fromEntries(entries.filter((entry) => !isReaction(entry))) as Omit<
    MessageEvent,
    'contentType'
  >;
  return {
    contentType: USUAL_CONTENT_TYPE,
    ...rest,
    ...(reactions.length > 0 && {
      reactions: reactions.toSorted((one, other) => one.seq - other.seq),
    }),
  };
}

function isReaction([name]: readonly [string, unknown]): boolean {
  return name.startsWith(REACTION);
}

/**
 * The name of the attribute that says what became of a user's emoji. Each is one of its own, so that two users
 * write theirs at once.
 */
export function reactionName({ emoji, userId }: Pick<Reaction, 'emoji' | 'userId'>): string {
  return `${REACTION}${emoji} ${userId}`;
}

/** The number of the event that made it so; below zero if it is taken back. */
export function reactionValue({ on, seq }: Pick<Reaction, 'on' | 'seq'>): number {
  return on ? seq : -seq;
}

/** Neither an emoji nor an id has a space in it. */
function reactionFrom(name: string, value: unknown): Reaction {
  const [emoji = '', userId = ''] = name.slice(REACTION.length).split(' ');
  const seq = Number(value);
  return { emoji, userId, on: seq > 0, seq: Math.abs(seq) };
}

/** The outcome's fields stand in the item itself, where a condition can name them. */
export function localToItem({
  conversationId,
  senderId,
  localId,
  outcome,
  ...row
}: LocalRow): Item {
  return toItem(localKey(conversationId, senderId, localId), { ...row, ...outcome });
}

export function localFromItem(item: Item): LocalRow {
  const { key, row } = fromItem(item) as Read<StoredLocal>;
  const at = key.pk.indexOf('#');
  return {
    conversationId: key.pk.slice(0, at),
    senderId: key.pk.slice(at + 1),
    localId: idOfKey(key, PREFIX.local),
    hash: row.hash,
    expiresAt: row.expiresAt,
    outcome:
      'refused' in row ? { refused: row.refused } : { seq: row.seq, timestamp: row.timestamp },
  };
}

/** What {@link fromItem} gives, where this code wrote `Row`. */
interface Read<Row> {
  readonly key: Key;
  readonly row: Row;
}

type StoredLocal = Pick<LocalRow, 'hash' | 'expiresAt'> & LocalRow['outcome'];
