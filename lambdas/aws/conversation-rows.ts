import type { EventRow, Head, LocalRow, Member } from '../core/ports.ts';
import {
  eventKey,
  headKey,
  idOfKey,
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
  return row.type === 'message' && row.contentType === USUAL_CONTENT_TYPE
    ? toItem(key, { ...row, contentType: undefined })
    : toItem(key, row);
}

export function eventFromItem(item: Item): EventRow {
  const { key, row } = fromItem(item) as Read<EventRow>;
  const event = { ...row, conversationId: key.pk, seq: seqOfKey(key) };
  // What the item holds wins over what is usual.
  return event.type === 'message'
    ? Object.assign({ contentType: USUAL_CONTENT_TYPE }, event)
    : event;
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
