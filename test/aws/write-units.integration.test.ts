import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoClient } from '../../lambdas/aws/clients.ts';
import { DynamoConversationStore } from '../../lambdas/aws/conversation-store.ts';
import { systemRandom } from '../../lambdas/aws/random.ts';
import { DynamoUserStore } from '../../lambdas/aws/user-store.ts';
import { headOf, localOf, messageOf, sessionOf } from '../contract/rows.ts';
import { startEmbeddedAws } from '../support/embedded-aws.ts';
import { resourcesOf, table } from '../support/resources.ts';
import { Started } from '../support/started.ts';

/** As an issuer gives them: a UUID. */
const ALICE = '0f8fad5b-d9cb-469f-a165-70867728950e';
/** As long as the chat makes them. */
const ID = `g_${'x'.repeat(43)}`;

const started = new Started();
let client: DynamoDBClient;
let store: DynamoConversationStore;
let users: DynamoUserStore;
let units: number[];

beforeAll(async () => {
  const tables = [table('Conversations'), table('Users')];
  await started.add(startEmbeddedAws({ resources: resourcesOf({ tables }) }));
  client = createDynamoClient();
  // Has every call say what it cost, as AWS would bill it.
  client.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const result = await next(args);
      const { ConsumedCapacity } = result.output as {
        ConsumedCapacity?: { CapacityUnits: number };
      };
      units.push(ConsumedCapacity?.CapacityUnits ?? Number.NaN);
      return result;
    },
    { step: 'initialize' },
  );
  store = new DynamoConversationStore({
    client,
    conversationsTable: 'Conversations',
    usersTable: 'Users',
    random: systemRandom,
  });
  users = new DynamoUserStore(client, 'Users');
});

beforeEach(() => {
  units = [];
});

afterAll(async () => {
  client?.destroy();
  await started.stop();
});

describe('write units', () => {
  it('are four for a message of everyday length: its count, its number, its idempotency row, its event', async () => {
    const name = 'Größte Gruppe der Welt '.repeat(4);
    await store.commit([{ kind: 'create_head', head: headOf(ID, { name }) }]);
    units = [];
    await users.countAction(ALICE, 600_000_000, 100);
    await store.takeNumber(ID, ALICE, Date.UTC(2026, 0, 3));
    await store.putLocal(localOf(ID, { senderId: ALICE }));
    await store.putEvent(
      messageOf(ID, 1, {
        senderId: ALICE,
        localId: '7f3c0a52-0f4b-4e43-9c53-0d9a2a4f1c11',
        content: 'Wir treffen uns um acht am Bahnhof. '.repeat(12),
      }),
    );
    expect(units).toEqual([1, 1, 1, 1]);
  });

  it('are one for the head while eight members are leaving', async () => {
    const leaving = Object.fromEntries(
      Array.from({ length: 8 }, (_, n) => [`${ALICE.slice(0, -1)}${n}`, Date.UTC(2026, 0, 3)]),
    );
    const conversationId = `${ID.slice(0, -1)}y`;
    const head = headOf(conversationId, { leaving, name: 'A name of a usual length' });
    await store.commit([{ kind: 'create_head', head }]);
    units = [];
    await store.takeNumber(conversationId, 'bob', Date.UTC(2026, 0, 3));
    await store.advanceFanOut(conversationId, 1);
    expect(units).toEqual([1, 1]);
  });

  it('are one for the count of what a user does, refused or not, however long it has been at it', async () => {
    const slices = [0, 1, 2, 25, 30, 31, 500, 503, 2_000, 2_019];
    for (const slice of slices) await users.countAction(ALICE, 600_000_000 + slice, 3);
    for (let slice = 0; slice < 40; slice += 1)
      await users.countAction('bob', 600_000_000 + slice, 10_000);
    for (let times = 0; times < 5; times += 1) await users.countAction('carol', 600_000_000, 2);
    expect(new Set(units)).toEqual(new Set([1]));
  });

  it('are one for the lease of a user with five devices', async () => {
    for (const device of [1, 2, 3, 4, 5]) {
      await users.putSession(ALICE, sessionOf(`L0SM9cOFvHcCIh${device}=`));
    }
    expect(units).toEqual([1, 1, 1, 1, 1]);
  });
});
