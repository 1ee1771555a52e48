import type { FunctionName } from './backend.ts';
import type { SimulatedClient } from './client.ts';
import type { KillPoint } from './invocation.ts';
import { Stage } from './stage.ts';

const SEED = 7;
const MOMENTS = ['before', 'after'] as const;
const UNDER_WAY_MS = 15_000;

/** What one function is to be killed in the midst of. */
interface Scene {
  readonly name: string;
  readonly function: FunctionName;
  /** Sets it going; a retry does just the same again. */
  act(stage: Stage): void;
  /** What must be there before. */
  prepare?(stage: Stage): Promise<void>;
}

function asking(name: string, frame: (stage: Stage) => object, of: 'ann' | 'ben' = 'ann'): Scene {
  return {
    name,
    function: 'route',
    act: (stage) => void stage[of].ask(frame(stage)),
  };
}

/** The same message each time, as a client sends it that has had no answer. */
function sending(name: string, more: (stage: Stage) => object = () => ({})): Scene {
  const draft = { localId: 'the-one', content: 'The one.' };
  return {
    name,
    function: 'route',
    act: (stage) => {
      const { world, ben, group } = stage;
      const sent = { conversationId: group, ...draft, ...more(stage) };
      if (world.history.sendOf('ben', draft.localId) === undefined)
        world.history.addSend({ userId: 'ben', draft: sent, mayFail: [], acks: [] });
      void ben.ask({ type: 'send_message', ...sent });
    },
  };
}

const MANY = Array.from({ length: 100 }, (_, place) => `member-${place}`);

function creating(name: string, frame: object): Scene {
  return asking(name, () => ({ type: 'create_conversation', ...frame }), 'ben');
}

/** A change of the group's members or their roles, by one of them, after another one that has settled. */
function changing(name: string, frame: object, of: 'ann' | 'ben' = 'ann', first?: object): Scene {
  return {
    ...asking(name, ({ group }) => ({ ...frame, conversationId: group }), of),
    ...(first && { prepare: (stage: Stage) => settled(stage, first) }),
  };
}

/** What ben has written first. */
function about({ ann, group }: Stage) {
  return { conversationId: group, serverId: messageBy(ann, group, 'ben') };
}

/** A change of what ben has written, after others that have settled. */
function changingMessage(
  name: string,
  of: 'ann' | 'ben',
  frame: object,
  first: readonly object[] = [],
): Scene {
  return {
    ...asking(name, (stage) => ({ ...frame, ...about(stage) }), of),
    prepare: async (stage) => {
      for (const one of first) await settled(stage, { ...one, ...about(stage) });
    },
  };
}

function delivering(name: string, frame: object): Scene {
  return { ...changingMessage(`${name} that is delivered`, 'ben', frame), function: 'fan-out' };
}

async function settled(stage: Stage, frame: object): Promise<void> {
  void stage.ann.askUntilAnswered({ ...frame, conversationId: stage.group });
  await stage.rest();
}

/** A number that nobody will write to, below a message: the worker and readers meet a hole. */
async function leaveHole(stage: Stage): Promise<void> {
  const { conversations } = stage.world.backend;
  await conversations.takeNumber(stage.group, 'ben', stage.world.scheduler.clock.now());
}

function writing(stage: Stage, client: SimulatedClient): void {
  stage.world.send(client, stage.draft());
}

const SCENES: readonly Scene[] = [
  sending('a message'),
  sending('a reply', ({ ann, group }) => ({
    replyTo: messageBy(ann, group),
  })),
  creating('a direct conversation', { kind: 'direct', userId: 'ann' }),
  creating('a group', {
    kind: 'group',
    localId: 'n'.repeat(22),
    name: 'New',
    members: ['ann', 'cleo'],
  }),
  creating('a group that joins in several events', {
    kind: 'group',
    localId: 'm'.repeat(22),
    name: 'Many',
    members: [...MANY, 'ann'],
  }),
  changing('members that are added', { type: 'add_members', members: ['dan', 'eve'] }),
  {
    ...changing('a member that comes back', { type: 'add_members', members: ['cleo'] }),
    prepare: (stage) => settled(stage, { type: 'remove_member', userId: 'cleo' }),
  },
  changing('a member that is removed', { type: 'remove_member', userId: 'cleo' }),
  changing('a member that leaves', { type: 'leave' }, 'ben'),
  changing('the last owner that leaves', { type: 'leave' }),
  {
    ...changing('the last member that leaves', { type: 'leave' }),
    prepare: async (stage) => {
      await settled(stage, { type: 'remove_member', userId: 'cleo' });
      await settled(stage, { type: 'remove_member', userId: 'ben' });
    },
  },
  changing('a role that is set', { type: 'set_role', userId: 'ben', role: 'owner' }),
  changing('an owner that steps back', { type: 'set_role', userId: 'ann', role: 'member' }, 'ben', {
    type: 'set_role',
    userId: 'ben',
    role: 'owner',
  }),
  changingMessage('an edit', 'ben', { type: 'edit_message', content: 'Something else.' }),
  changingMessage('a deletion by the author', 'ben', { type: 'delete_message' }),
  changingMessage('a deletion by an owner', 'ann', { type: 'delete_message' }),
  changingMessage('a reaction', 'ann', { type: 'add_reaction', emoji: '👍' }),
  changingMessage(
    'a reaction that is taken back',
    'ann',
    { type: 'remove_reaction', emoji: '👍' },
    [{ type: 'add_reaction', emoji: '👍' }],
  ),
  delivering('an edit', { type: 'edit_message', content: 'Something else.' }),
  delivering('a deletion', { type: 'delete_message' }),
  delivering('a reaction', { type: 'add_reaction', emoji: '👍' }),
  asking('a list of members', ({ group }) => ({ type: 'list_members', conversationId: group })),
  asking('a list of conversations', () => ({ type: 'list_conversations' })),
  asking('a page of messages', ({ group }) => ({ type: 'list_messages', conversationId: group })),
  {
    ...asking('a page with a hole in it', ({ group }) => ({
      type: 'list_messages',
      conversationId: group,
    })),
    prepare: leaveHole,
  },
  asking('a sync', ({ group }) => ({ type: 'sync', conversations: { [group]: { seq: 0 } } })),
  asking('receipts', ({ group }) => ({ type: 'get_receipts', conversationId: group })),
  asking('a mark of what is read', ({ group }) => ({
    type: 'mark_read',
    conversationId: group,
    upToSeq: 3,
  })),
  asking('a mark of what is read, by time', ({ group, world }) => ({
    type: 'mark_read',
    conversationId: group,
    upToTimestamp: world.scheduler.clock.now(),
  })),
  asking('a mark of what is delivered', ({ group }) => ({
    type: 'mark_delivered',
    conversationId: group,
    upToSeq: 3,
  })),
  asking('a marker', ({ group }) => ({ type: 'mark_unread', conversationId: group })),
  {
    ...asking('a marker that goes', ({ group }) => ({
      type: 'mark_read',
      conversationId: group,
      upToSeq: 1,
    })),
    prepare: (stage) => settled(stage, { type: 'mark_unread' }),
  },
  asking('somebody who writes', ({ group }) => ({ type: 'typing_start', conversationId: group })),
  {
    ...asking('somebody who stops', ({ group }) => ({
      type: 'typing_stop',
      conversationId: group,
    })),
    prepare: (stage) => settled(stage, { type: 'typing_start' }),
  },
  asking('a setting', () => ({ type: 'update_settings', readReceipts: false })),
  asking('a ping', ({ group }) => ({ type: 'ping', cursors: { [group]: { seq: 1 } } })),
  {
    name: 'a connection that opens',
    function: 'connect',
    act: ({ ben }) => {
      ben.stop();
      ben.start();
    },
  },
  {
    name: 'a connection that closes',
    function: 'disconnect',
    act: ({ ben }) => ben.reconnect(),
  },
  {
    name: 'a fan-out',
    function: 'fan-out',
    act: (stage) => writing(stage, stage.ann),
  },
  {
    name: 'a fan-out that meets a hole and a connection that is gone',
    function: 'fan-out',
    prepare: async (stage) => {
      await leaveHole(stage);
      stage.annsPhone.vanish();
      await stage.world.scheduler.run(UNDER_WAY_MS);
      stage.annsPhone.start();
      await stage.world.scheduler.run(UNDER_WAY_MS);
    },
    act: (stage) => writing(stage, stage.ann),
  },
  {
    ...changing('a removal that is delivered', { type: 'remove_member', userId: 'cleo' }),
    function: 'fan-out',
  },
];

/** A message that the client shows. */
function messageBy(client: SimulatedClient, group: string, userId = 'ann'): string {
  const events = client.views.get(group)?.events ?? [];
  const message = events.find((event) => event.type === 'message' && event.senderId === userId);
  if (message?.type !== 'message') throw new Error(`there is no message of ${userId}`);
  return message.serverId;
}

/** Kills at one point. Answers what is wrong afterwards, and whether the function got so far at all. */
async function killAt(
  scene: Scene,
  point: KillPoint,
  retries: boolean,
): Promise<{ readonly struck: boolean; readonly violations: readonly string[] }> {
  // A worker must bring everything by itself. Whoever sent and got no answer finds what became of it by the gap.
  const gaps = scene.function !== 'fan-out';
  const stage = await Stage.set(SEED, { gaps, heads: false, sync: false });
  await scene.prepare?.(stage);
  const struck = stage.world.killNext(scene.function, point);
  scene.act(stage);
  await stage.world.scheduler.run(UNDER_WAY_MS);
  if (retries) scene.act(stage);
  await stage.rest();
  return { struck: struck(), violations: await stage.violations() };
}

const total = { points: 0 };

afterAll(() => {
  console.log(`Killed at ${total.points} points.`);
});

describe.each(SCENES)('$name', (scene) => {
  it.each([false, true])(
    'F-21 survives a kill at every call, before and after its effect (with a retry: %s)',
    async (retries) => {
      const broken: unknown[] = [];
      let points = 0;
      for (let call = 1, ended = false; !ended; call += 1) {
        for (const moment of MOMENTS) {
          const { struck, violations } = await killAt(scene, { call, moment }, retries);
          if (violations.length > 0) broken.push({ call, moment, violations });
          if (struck) points += 1;
          else ended = true;
        }
      }
      expect(broken).toEqual([]);
      expect(points).toBeGreaterThanOrEqual(2);
      total.points += points;
    },
  );
});
