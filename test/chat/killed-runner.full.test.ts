import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readResources } from '../../local/command/read-resources.ts';
import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import type { Ack } from '../../protocol/send-message.ts';
import { freePort, RunnerProcess } from '../local/runner-process.ts';
import { until } from '../support/until.ts';
import { ChatUser } from './chat-user.ts';
import { placeOf } from './place-of.ts';

jest.setTimeout(5 * 60_000);

const USERS = ['alice', 'bob', 'carol'];
const MESSAGES_EACH = 120;
/** How many each has under way at once. */
const IN_FLIGHT = 3;
/** Killed when so many of all messages are acked. */
const KILLS_AT = [60, 170];

/** A user over all its connections: what it has to send, and what it has of the log. */
class Person {
  readonly userId: string;
  readonly outbox: readonly string[];
  readonly acks = new Map<string, Ack>();
  readonly view = new Map<number, ConversationEvent>();
  private device: ChatUser | undefined;

  constructor(userId: string) {
    this.userId = userId;
    this.outbox = Array.from({ length: MESSAGES_EACH }, (_, index) => `${userId}-${index}`);
  }

  async connect(url: string): Promise<ChatUser> {
    this.take(this.device?.events() ?? []);
    this.device = await ChatUser.connect(url, this.userId, '?batch=1');
    return this.device;
  }

  /** Sends what is not acked, in its order, until all is or the connection ends. */
  async sendAll(conversationId: string): Promise<void> {
    const { device } = this;
    const left = this.outbox.filter((localId) => !this.acks.has(localId)).values();
    const lanes = Array.from({ length: IN_FLIGHT }, async () => {
      for (const localId of left) {
        const ack = await device?.send(conversationId, `text of ${localId}`, localId);
        if (ack !== undefined) this.acks.set(localId, ack);
      }
    });
    await Promise.allSettled(lanes);
  }

  /** Takes in what its connection brought, and what came while it had none. */
  async catchUp(conversationId: string, epoch: string): Promise<void> {
    const { device } = this;
    this.take(device?.events() ?? []);
    let seq = 0;
    while (this.view.has(seq + 1)) seq += 1;
    this.take((await device?.catchUp(conversationId, { seq, epoch })) ?? []);
  }

  /** @throws {Error} when a number is another event than before, which a crash must not bring about. */
  private take(events: readonly ConversationEvent[]): void {
    for (const event of events) {
      const before = this.view.get(event.seq);
      if (before !== undefined && !isDeepStrictEqual(event, before)) {
        throw new Error(`${event.seq} was ${JSON.stringify(before)}, is ${JSON.stringify(event)}`);
      }
      this.view.set(event.seq, event);
    }
  }
}

const data = mkdtempSync(join(tmpdir(), 'test-killed-'));
let runner: RunnerProcess | undefined;

afterAll(async () => {
  await runner?.kill();
  rmSync(data, { recursive: true, force: true });
});

describe('a runner that is killed in the middle of traffic and started again', () => {
  it('has every acked message, none twice, and lets everybody go on', async () => {
    const port = await freePort();
    const url = `ws://127.0.0.1:${port}`;
    // Once, so that each start runs the same stack, whoever edits the sources meanwhile.
    const limits = 'messagesPerMinute=10000';
    await readResources({ port, dataDirectory: data }, { limits });
    const assembly = join(data, 'cdk.out');
    const args = ['--assembly', assembly, '--port', String(port), '--data', data];
    const start = async (): Promise<RunnerProcess> => {
      runner = new RunnerProcess(args);
      await runner.printed(/ runs at /);
      return runner;
    };

    const people = USERS.map((userId) => new Person(userId));
    const acked = (): number => people.reduce((sum, { acks }) => sum + acks.size, 0);
    await start();
    const [alice] = await Promise.all(people.map((person) => person.connect(url)));
    if (alice === undefined) throw new Error('nobody is there');
    const { conversationId, epoch } = await alice.group('Everybody', USERS);

    for (const killAt of KILLS_AT) {
      const sending = people.map((person) => person.sendAll(conversationId));
      await until(() => acked() >= killAt);
      await runner?.kill('SIGKILL');
      await Promise.all(sending);
      expect(acked()).toBeLessThan(USERS.length * MESSAGES_EACH);

      await start();
      await Promise.all(people.map((person) => person.connect(url)));
      await Promise.all(people.map((person) => person.catchUp(conversationId, epoch)));
    }
    await Promise.all(people.map((person) => person.sendAll(conversationId)));
    await Promise.all(people.map((person) => person.catchUp(conversationId, epoch)));

    const reader = await ChatUser.connect(url, 'alice');
    const log = await reader.catchUp(conversationId);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    const messages = log.filter((event) => event.type === 'message');
    const acks = people.flatMap((person) => [...person.acks.values()]);
    expect(acks).toHaveLength(USERS.length * MESSAGES_EACH);
    expect(messages.map(placeOf)).toEqual(acks.toSorted((a, b) => a.seq - b.seq).map(placeOf));
    for (const { view } of people) {
      expect([...view.values()].toSorted((a, b) => a.seq - b.seq)).toEqual(log);
    }
    // Sent again after all that, each has the place that its ack said.
    for (const { userId, acks: own } of people) {
      const device = await ChatUser.connect(url, userId);
      const [[localId, ack] = ['', undefined]] = own;
      expect(await device.send(conversationId, `text of ${localId}`, localId)).toEqual(ack);
    }
  });
});
