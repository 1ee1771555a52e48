import type { ConversationStore, UserStore } from '../../lambdas/core/ports.ts';
import { describeEvents } from './events.ts';
import { describeHeads } from './heads.ts';
import { describeIdempotencyRows } from './idempotency-rows.ts';
import { describeLeaving } from './leaving.ts';
import { describeInfo } from './info.ts';
import { describeMemberChanges } from './member-changes.ts';
import { describeCursors } from './cursors.ts';
import { describeMembers } from './members.ts';
import { newId } from './rows.ts';
import { describeMessageChanges } from './message-changes.ts';
import { describeReactions } from './reactions.ts';
import { describeTransactions } from './transactions.ts';

/** The two stores on one pair of tables: transactions of one reach into the other. */
export interface Stores {
  readonly conversations: ConversationStore;
  readonly users: UserStore;
  stop(): Promise<void>;
}

/** What a test works with: the stores, and a conversation's id that is its own. */
export interface StoreWorld {
  store: ConversationStore;
  users: UserStore;
  id: string;
}

/** What every implementation of {@link ConversationStore} must do. */
export function describeConversationStore(name: string, start: () => Promise<Stores>): void {
  describe(`the conversation store ${name}`, () => {
    let stores: Stores | undefined;
    // Filled before each test.
    const world = {} as StoreWorld;

    beforeAll(async () => {
      stores = await start();
      world.store = stores.conversations;
      world.users = stores.users;
    });

    afterAll(() => stores?.stop());

    beforeEach(() => {
      world.id = newId('g');
    });

    describeHeads(world);
    describeLeaving(world);
    describeIdempotencyRows(world);
    describeEvents(world);
    describeInfo(world);
    describeMembers(world);
    describeCursors(world);
    describeTransactions(world);
    describeMemberChanges(world);
    describeMessageChanges(world);
    describeReactions(world);
  });
}
