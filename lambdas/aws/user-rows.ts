import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Profile, Session, Upload, UserConversation, UserSettings } from '../core/ports.ts';
import { fromItem, toItem } from './item.ts';
import type { Item } from './item.ts';
import { idOfKey, PREFIX, uploadKey, userConversationKey } from './keys.ts';

/** Before a connection's id in the name of its attribute. */
const CONNECTION = 'c:';
/** A user's `SESSIONS` row outlives the session that was put last by a week: longer than any other in it lasts. */
const SESSIONS_ROW_SECONDS = 7 * 24 * 60 * 60;

/** The name of a connection's attribute in its user's `SESSIONS` row. */
export function sessionName(connectionId: string): string {
  return `${CONNECTION}${connectionId}`;
}

export function sessionToAttribute({ connectionId: _id, ...session }: Session): AttributeValue {
  return { M: marshall(session) };
}

/** When the whole row may be deleted: `expiresAt` as TTL wants it, in seconds and a number (F-47). */
export function sessionsRowExpiresAt(session: Session): AttributeValue {
  return { N: String(Math.ceil(session.expiresAt / 1000) + SESSIONS_ROW_SECONDS) };
}

/** All sessions of a `SESSIONS` row, ended ones too. */
export function sessionsFromItem(item: Item): readonly Session[] {
  return Object.entries(item).flatMap(([name, attribute]) =>
    name.startsWith(CONNECTION) && attribute.M
      ? [
          {
            ...(unmarshall(attribute.M) as Omit<Session, 'connectionId'>),
            connectionId: name.slice(CONNECTION.length),
          },
        ]
      : [],
  );
}

export function profileFromItem(item: Item): Profile {
  return fromItem(item).row as Profile;
}

export function settingsFromItem(item: Item): Partial<UserSettings> {
  return fromItem(item).row as Partial<UserSettings>;
}

export function userConversationToItem({ userId, conversationId, ...row }: UserConversation): Item {
  return toItem(userConversationKey(userId, conversationId), row);
}

export function userConversationFromItem(item: Item): UserConversation {
  const { key, row } = fromItem(item);
  return {
    ...(row as Omit<UserConversation, 'userId' | 'conversationId'>),
    userId: key.pk,
    conversationId: idOfKey(key, PREFIX.conversation),
  };
}

export function uploadToItem({ attachmentId, ...row }: Upload): Item {
  return toItem(uploadKey(attachmentId), row);
}

export function uploadFromItem(item: Item): Upload {
  const { key, row } = fromItem(item);
  return { ...(row as Omit<Upload, 'attachmentId'>), attachmentId: key.pk };
}
