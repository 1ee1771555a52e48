import type { Caller } from '../../lambdas/core/caller.ts';
import type { Gates } from '../memory/gates.ts';
import { MemoryChat } from '../support/memory-chat.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Few enough that some are used again, for the same message and for others. */
const LOCAL_IDS = 100;
const MESSAGES = 30;
/** In every so many worlds people are held up: few enough that most frames get through to their actions. */
const LIMITED_EVERY = 3;
const MESSAGES_PER_MINUTE = 60;
/** Uploads that nobody has told of: enough for a message of several. */
const UNCONFIRMED = 4;
const OLD_MS = 10_000;

const UPLOAD = {
  type: 'request_upload',
  kind: 'file',
  name: 'a.pdf',
  mediaType: 'application/pdf',
  bytes: 5,
};

/** A chat with people in it, and what frames can be about. */
export interface FuzzWorld {
  readonly chat: MemoryChat;
  /** Who sends frames: members of one conversation or several, a former member, strangers, an ended token. */
  readonly callers: readonly Caller[];
  readonly vocabulary: Vocabulary & { readonly conversationIds: string[] };
}

/** @param prepare called with the chat before anybody is in it */
export async function createFuzzWorld(
  seed: number,
  gates?: Gates,
  prepare: (chat: MemoryChat) => void = () => {},
): Promise<FuzzWorld> {
  const chat = new MemoryChat({
    seed,
    ...(seed % LIMITED_EVERY === 1 && { limits: { messagesPerMinute: MESSAGES_PER_MINUTE } }),
    ...(gates && { gates }),
  });
  prepare(chat);
  const alice = await chat.connect('alice');
  const bob = await chat.connect('bob');
  const phone = await chat.connect('bob', { device: 'phone', batch: true });
  const carol = await chat.connect('carol');
  const dave = await chat.connect('dave');
  const direct = await chat.direct(alice, 'bob');
  const others = await chat.direct(dave, 'erin');
  const { conversationId: group, epoch } = await chat.expect(alice, 'conversation', {
    type: 'create_conversation',
    kind: 'group',
    localId: 'G'.repeat(22),
    name: 'Lunch',
    members: ['bob', 'carol'],
  });
  for (let number = 1; number <= MESSAGES; number += 1) {
    await chat.send(bob, group, `before-${number}`);
  }
  await endStay(chat, group, 'carol');
  for (let number = 1; number <= MESSAGES; number += 1) {
    await chat.send(alice, group, `after-${number}`);
  }
  const file = await chat.upload(alice);
  const attachments = [{ attachmentId: file }];
  const serverIds: string[] = [];
  // Several: a deletion takes the files of one away.
  for (const localId of ['first', 'second', 'third'])
    serverIds.push((await chat.send(alice, direct, localId, 'hello', { attachments })).serverId);
  const attachmentIds = [file, file];
  for (let count = 0; count < UNCONFIRMED; count += 1)
    attachmentIds.push((await chat.expect(alice, 'upload', UPLOAD)).attachmentId);
  // A hole that is old by now.
  await chat.ports.conversations.takeNumber(group, 'bob', chat.ports.clock.now());
  chat.ports.clock.advance(OLD_MS);
  return {
    chat,
    callers: [
      alice,
      alice,
      alice,
      bob,
      bob,
      phone,
      carol,
      dave,
      { ...alice, connectionId: 'ended', tokenEnd: 0 },
    ],
    vocabulary: {
      conversationIds: [direct, group, group, others, 'd_nothing'],
      userIds: ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', '__proto__'],
      epochs: [epoch, epoch, 'nothing.1'],
      serverIds: [...serverIds, ...serverIds, 'nothing.1.1'],
      attachmentIds,
      // Fit for a group as well as for a message.
      tokens: ['alice', 'bob', 'carol', 'dave'].map((userId) =>
        chat.ports.tokens.issue(userId, Infinity),
      ),
      emojis: ['👍', '❤️', '🏳️‍🌈', ':+1:'],
      localIds: Array.from({ length: LOCAL_IDS }, (_, index) => `${index}`.padStart(22, 'l')),
    },
  };
}

/** There is no request for it yet. */
async function endStay(chat: MemoryChat, conversationId: string, userId: string): Promise<void> {
  const { conversations } = chat.ports;
  const member = await conversations.getMember(conversationId, userId);
  const left = (await conversations.getHead(conversationId))?.seq;
  if (member === undefined || left === undefined) throw new Error(`${userId} is no member`);
  const former = { ...member, stays: [{ joined: 1, left }] };
  const change = { kind: 'replace_member', member: former, previousSeq: member.lastSeq } as const;
  const { committed } = await conversations.commit([change]);
  if (!committed) throw new Error(`unable to end the stay of ${userId}`);
}
