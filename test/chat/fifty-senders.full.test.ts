import type { Units } from '../../local/endpoint/meter.ts';
import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import type { Ack } from '../../protocol/send-message.ts';
import { Started } from '../support/started.ts';
import type { ChatUser } from './chat-user.ts';
import { LocalChat, type MessageUnits } from './local-chat.ts';
import { placeOf } from './place-of.ts';

// Minutes on a small machine. It only ends what hangs.
jest.setTimeout(15 * 60_000);

const MEMBERS = 50;
const MESSAGES_EACH = 40;
const QUIET_MESSAGES = 20;
/** Every so many members take an event a frame, as a plain client does; the others take batches, as the SDK does. */
const PLAIN_EVERY = 5;

/** What one member has of the log. */
interface View {
  readonly member: ChatUser;
  readonly acks: readonly Ack[];
  /** As they came over the socket. */
  readonly events: readonly ConversationEvent[];
  /** What the socket did not bring, asked for after a heartbeat said so. */
  readonly recovered: readonly ConversationEvent[];
}

const started = new Started();
let chat: LocalChat;
/** The whole log, read from its beginning. */
let log: readonly ConversationEvent[];
let views: readonly View[];
/** One sender, each message delivered before the next (the median: a call that the SDK repeats costs twice). */
let one: MessageUnits;
/** Fifty senders at once (the mean). */
let fifty: MessageUnits;

beforeAll(async () => {
  chat = await started.add(LocalChat.start());
  const members = await Promise.all(
    Array.from({ length: MEMBERS }, (_, index) =>
      chat.connect(`user-${index}`, index % PLAIN_EVERY === 0 ? '' : '?batch=1'),
    ),
  );
  const [first] = members;
  if (first === undefined) throw new Error('nobody is there');
  const { conversationId, epoch } = await first.group(
    'Everybody',
    members.map(({ userId }) => userId),
  );
  await chat.delivered();

  const acks = new Map<ChatUser, Ack[]>(members.map((member) => [member, []]));
  const quiet: MessageUnits[] = [];
  for (let number = 1; number <= QUIET_MESSAGES; number += 1) {
    chat.cloud.endpoint.meter.reset();
    acks.get(first)?.push(await first.send(conversationId, `quiet ${number}`));
    await chat.delivered();
    quiet.push(chat.unitsPer(1));
  }
  one = medianOf(quiet);

  chat.cloud.endpoint.meter.reset();
  await Promise.all(
    members.map(async (member) => {
      for (let number = 1; number <= MESSAGES_EACH; number += 1) {
        acks.get(member)?.push(await member.send(conversationId, `${member.userId} ${number}`));
      }
    }),
  );
  await chat.delivered();
  fifty = chat.unitsPer(MEMBERS * MESSAGES_EACH);

  log = await first.catchUp(conversationId);
  views = await Promise.all(
    members.map(async (member) => {
      const own = acks.get(member) ?? [];
      const seqs = new Set([...own, ...member.events()].map(({ seq }) => seq));
      let held = joinedAt(log, member) - 1;
      while (seqs.has(held + 1)) held += 1;
      const cursor = { seq: held, epoch };
      // A heartbeat, whose answer comes behind everything that was posted before.
      const { heads } = await member.expect('pong', {
        type: 'ping',
        cursors: { [conversationId]: cursor },
      });
      const behind = heads[conversationId] !== undefined;
      const recovered = behind ? await member.catchUp(conversationId, cursor) : [];
      return { member, acks: own, events: member.events(), recovered };
    }),
  );
});

afterAll(() => started.stop());

describe('fifty senders at once', () => {
  it('fill every number up to the head with an event or a void, none twice', () => {
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    const acked = views.flatMap(({ acks }) => acks);
    expect(acked).toHaveLength(QUIET_MESSAGES + MEMBERS * MESSAGES_EACH);
    const messages = log.filter((event) => event.type === 'message');
    expect(new Set(messages.map(({ localId }) => localId)).size).toBe(messages.length);
    expect(messages.map(placeOf)).toEqual(acked.toSorted((a, b) => a.seq - b.seq).map(placeOf));
  });

  it('keep their own order', () => {
    for (const { acks } of views) {
      expect(acks.map(({ seq }) => seq)).toEqual(acks.map(({ seq }) => seq).toSorted(ascending));
    }
  });

  it("bring every message over every member's socket once and in order", () => {
    for (const { events } of views) {
      const seqs = events.map(({ seq }) => seq);
      expect(seqs).toEqual([...new Set(seqs)].toSorted(ascending));
    }
  });

  it('leave every member with all of the log since it joined, and bring nobody its own messages', () => {
    for (const { member, acks, events, recovered } of views) {
      const own = new Set(acks.map(({ seq }) => seq));
      expect(events.filter(({ seq }) => own.has(seq))).toEqual([]);
      const view = new Map([...events, ...recovered].map((event) => [event.seq, event]));
      const others = [...view.values()].filter(({ seq }) => !own.has(seq));
      const expected = log.filter(({ seq }) => seq >= joinedAt(log, member) && !own.has(seq));
      expect(others.toSorted((a, b) => a.seq - b.seq)).toEqual(expected);
    }
  });

  it('cost a message no more capacity than one sender does', () => {
    expect(one.sending).toEqual({ writeUnits: 4, readUnits: 2.5 });
    expect(unitsOf(fifty.sending)).toBeLessThanOrEqual(1.1 * unitsOf(one.sending));
    expect(fifty.sending.writeUnits).toBeLessThanOrEqual(1.1 * one.sending.writeUnits);
    expect(unitsOf(fifty.all)).toBeLessThanOrEqual(1.1 * unitsOf(one.all));
  });

  it('make nothing fail', () => {
    expect(chat.errors()).toEqual([]);
  });
});

function unitsOf({ readUnits, writeUnits }: Units): number {
  return readUnits + writeUnits;
}

function medianOf(messages: readonly MessageUnits[]): MessageUnits {
  const sorted = messages.toSorted((a, b) => unitsOf(a.all) - unitsOf(b.all));
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) throw new Error('there is no message');
  return median;
}

/** A group this large joins in two events. */
function joinedAt(events: readonly ConversationEvent[], { userId }: ChatUser): number {
  return events.find((event) => 'members' in event && event.members.includes(userId))?.seq ?? 0;
}

function ascending(a: number, b: number): number {
  return a - b;
}
