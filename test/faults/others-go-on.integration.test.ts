import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { WindableClock } from '../../local/clock.ts';
import type { Cloud } from '../../local/cloud.ts';
import { startApp } from '../../local/command/start-app.ts';
import { ROOT_CREDENTIALS } from '../../local/endpoint/caller.ts';
import { ChatUser } from '../chat/chat-user.ts';
import { clientsOf, type Clients } from '../support/local-endpoint.ts';
import { until } from '../support/until.ts';

/** The longest that the worker gives a nudge back for. */
const LONGEST_DELAY_MS = 30_000;
const CONVERSATIONS = 'Conversations';

const clock = new WindableClock();
let cloud: Cloud;
let asRoot: Clients;
let alice: ChatUser;
let bob: ChatUser;
let carol: ChatUser;

beforeAll(async () => {
  cloud = await startApp({ clock });
  asRoot = clientsOf(cloud.endpointUrl, ROOT_CREDENTIALS);
});

afterAll(async () => {
  asRoot?.dynamodb.destroy();
  asRoot?.sqs.destroy();
  await cloud?.stop();
});

beforeEach(async () => {
  [alice, bob, carol] = (await Promise.all(
    ['alice', 'bob', 'carol'].map((name) => ChatUser.connect(cloud.url, name)),
  )) as [ChatUser, ChatUser, ChatUser];
});

/** What of the stack has such a logical id. */
function named<Resource extends { readonly logicalId: string }>(
  resources: readonly Resource[],
  name: string,
): Resource {
  const found = resources.find(({ logicalId }) => logicalId.includes(name));
  if (found === undefined) throw new Error(`the stack has no ${name}`);
  return found;
}

/** Whatever was sent so far has arrived: a message behind it has. */
async function settle(
  from: ChatUser,
  conversationId: string,
  to: readonly ChatUser[],
): Promise<void> {
  const { seq } = await from.send(conversationId, 'the last so far');
  for (const user of to) await nextMessage(user, conversationId, seq);
}

/** Takes frames until that event comes. */
async function nextMessage(user: ChatUser, conversationId: string, seq: number) {
  for (;;) {
    const frame = await user.nextUnasked();
    if ('seq' in frame && frame.conversationId === conversationId && frame.seq === seq)
      return frame;
  }
}

function handedBack(): number {
  return cloud.endpoint.meter.snapshot().calls['sqs']?.['ChangeMessageVisibility'] ?? 0;
}

async function deadLetters(): Promise<number> {
  const { Attributes } = await asRoot.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: named(cloud.resources.queues, 'DeadLetters').url,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return Number(Attributes?.['ApproximateNumberOfMessages']);
}

describe('a hot partition', () => {
  it('F-49 is busy to those who touch it, and nobody else notices', async () => {
    const { conversationId: hot } = await alice.direct('bob');
    const { conversationId: cool } = await alice.direct('carol');
    await settle(alice, hot, [bob]);
    await settle(alice, cool, [carol]);
    cloud.endpoint.faults.set([{ service: 'dynamodb', kind: 'throttle', partition: `${hot}*` }]);

    const send = { type: 'send_message', conversationId: hot, localId: 'later', content: 'hello' };
    const busy = { type: 'error', code: 'busy', retryable: true };
    expect(await alice.ask(send)).toMatchObject({ ...busy, localId: 'later' });
    expect(await bob.ask({ type: 'list_messages', conversationId: hot })).toMatchObject(busy);

    // Alice herself, in another conversation; and those who have nothing to do with it.
    for (const [from, to] of [
      [alice, carol],
      [carol, alice],
    ] as const) {
      const { seq } = await from.send(cool, 'not hot here');
      expect(await nextMessage(to, cool, seq)).toMatchObject({ content: 'not hot here' });
    }
    const held = { [hot]: { seq: 0 }, [cool]: { seq: 0 } };
    expect(await alice.ask({ type: 'sync', conversations: held })).toMatchObject({
      type: 'synced',
      conversations: [{ conversationId: cool }],
      complete: false,
    });
    const { heads } = await alice.expect('pong', { type: 'ping', cursors: held });
    expect(Object.keys(heads)).toEqual([cool]);
    expect(await carol.ask({ type: 'list_conversations' })).toMatchObject({
      conversations: [{ conversationId: cool }],
    });
    expect(cloud.endpoint.faults.counts()['throttle']).toBeGreaterThan(0);

    cloud.endpoint.faults.clear();
    const { seq } = await alice.expect('ack', send);
    expect(await nextMessage(bob, hot, seq)).toMatchObject({ localId: 'later', content: 'hello' });
  });
});

describe('a poisoned nudge', () => {
  it('F-32 holds up its own conversation alone, and leaves to the dead letters', async () => {
    const { conversationId: sick } = await alice.group('Sick', ['bob']);
    const { conversationId: well } = await alice.direct('bob');
    await settle(alice, sick, [bob]);
    await settle(alice, well, [bob]);

    const table = named(cloud.resources.tables, CONVERSATIONS).name;
    const Key = { pk: { S: sick }, sk: { S: 'HEAD' } };
    const change = (UpdateExpression: string, values = {}) =>
      asRoot.dynamodb.send(
        new UpdateItemCommand({ TableName: table, Key, UpdateExpression, ...values }),
      );
    await change('REMOVE leaving');
    const before = handedBack();
    await asRoot.sqs.send(
      new SendMessageCommand({
        QueueUrl: named(cloud.resources.queues, 'Nudges').url,
        MessageBody: JSON.stringify({ conversationId: sick, seq: 1_000 }),
        MessageGroupId: sick,
        MessageDeduplicationId: 'poison',
      }),
    );

    for (let received = 1; received <= 10; received += 1) {
      await until(() => handedBack() === before + received);
      expect(await deadLetters()).toBe(0);
      // It is on its way back by now, and the others' messages come through meanwhile.
      const { seq } = await alice.send(well, `while it waits, ${received}`);
      await nextMessage(bob, well, seq);
      clock.wind(LONGEST_DELAY_MS);
    }
    await until(async () => (await deadLetters()) === 1);

    await change('SET leaving = :none', { ExpressionAttributeValues: { ':none': { M: {} } } });
    const { seq } = await alice.send(sick, 'well again');
    expect(await nextMessage(bob, sick, seq)).toMatchObject({ content: 'well again' });
    expect(await deadLetters()).toBe(1);
  });
});
