import { randomUUID } from 'node:crypto';
import type { Attachment } from '../../protocol/attachment.ts';
import type {
  Head,
  Info,
  LocalRow,
  Member,
  MessageEvent,
  Session,
  Upload,
} from '../../lambdas/core/ports.ts';

/** Rows as the chat writes them; each test changes what it is about. */

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** An id nobody else has: the suites share their tables, with each other and with whatever is there. */
export function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}

export function headOf(conversationId: string, changes: Partial<Head> = {}): Head {
  return {
    conversationId,
    kind: 'group',
    seq: 0,
    takenAt: NOW,
    closed: false,
    leaving: {},
    epoch: 'aXK3Qw2nSpOe7yq0Z1bRfA',
    fanOutSeq: 0,
    history: 'since_join',
    creation: 'tMSgm2kgrwQKGS0n7w7mSyxbq3wnCcvyw4G6kOBnl0M',
    ...changes,
  };
}

export function infoOf(conversationId: string, changes: Partial<Info> = {}): Info {
  return { conversationId, name: 'Team', history: 'since_join', lastSeq: 2, ...changes };
}

export function memberOf(
  conversationId: string,
  userId: string,
  changes: Partial<Member> = {},
): Member {
  return {
    conversationId,
    userId,
    role: 'member',
    stays: [{ joined: 1 }],
    lastSeq: 1,
    readSeq: 0,
    deliveredSeq: 0,
    ...changes,
  };
}

export function messageOf(
  conversationId: string,
  seq: number,
  changes: Partial<MessageEvent> = {},
): MessageEvent {
  return {
    type: 'message',
    conversationId,
    seq,
    timestamp: NOW + seq,
    senderId: 'alice',
    epoch: 'aXK3Qw2nSpOe7yq0Z1bRfA',
    generation: 1,
    localId: `local-${seq}`,
    content: `message ${seq}`,
    contentType: 'text/plain',
    connectionId: 'L0SM9cOFvHcCIhw=',
    ...changes,
  };
}

export function localOf(conversationId: string, changes: Partial<LocalRow> = {}): LocalRow {
  return {
    conversationId,
    senderId: 'alice',
    localId: 'f3c5d6b0-5a86-4d7e-9f0c-6a8a2d1f4b7e',
    hash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
    outcome: { seq: 7, timestamp: NOW },
    expiresAt: Math.floor(NOW / 1000) + 1_209_600,
    ...changes,
  };
}

export function sessionOf(connectionId: string, changes: Partial<Session> = {}): Session {
  return {
    connectionId,
    connectedAt: NOW,
    leaseEnd: NOW + 480_000,
    intervalMs: 240_000,
    expiresAt: NOW + 7_200_000,
    batch: false,
    ...changes,
  };
}

export function uploadOf(attachmentId: string, changes: Partial<Upload> = {}): Upload {
  return {
    attachmentId,
    userId: 'alice',
    kind: 'image',
    name: 'Sunset ☀.png',
    mediaType: 'image/png',
    bytes: 5,
    expiresAt: Math.floor(NOW / 1000) + 86_400,
    ...changes,
  };
}

export function attachmentOf(attachmentId: string, changes: Partial<Attachment> = {}): Attachment {
  const { kind, name, mediaType, bytes } = uploadOf(attachmentId);
  return { attachmentId, width: 640, height: 480, kind, name, mediaType, bytes, ...changes };
}
