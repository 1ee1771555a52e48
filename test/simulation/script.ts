import type { SendMessage } from '../../protocol/send-message.ts';
import type { MemoryRandom } from '../memory/random.ts';
import { MEMBERS, STRANGER, type Cast } from './cast.ts';
import type { SimulatedClient } from './client.ts';
import { changeMembers } from './pastimes/change-members.ts';
import { changeMessages } from './pastimes/change-messages.ts';
import { look } from './pastimes/look.ts';
import { misuse } from './pastimes/misuse.ts';
import { clientOf, pick, type Pastime } from './pastimes/pastime.ts';
import { mark } from './pastimes/mark.ts';
import { signal } from './pastimes/signal.ts';
import { trespass } from './pastimes/trespass.ts';
import type { World } from './world.ts';

/** What people do beside writing, looking at what comes, and losing their connections. */
export const PASTIMES: readonly Pastime[] = [
  look,
  trespass,
  changeMembers,
  changeMessages,
  misuse,
  mark,
  signal,
];
/** Whoever does but two things does them so many times as often. */
const FOCUS = 4;

const LEAST_SENDS = 20;
const MOST_SENDS = 30;
/** So long people are busy; what they began goes on while things fail for {@link CHAOS_SECONDS}. */
const BUSY_SECONDS = 24;
export const CHAOS_SECONDS = 32;
const START_MS = 120_000;

/** Everybody connects, and two conversations are created, while things fail already. */
export async function begin(
  world: World,
  random: MemoryRandom,
  members: readonly string[] = MEMBERS,
): Promise<Cast> {
  const clients = [...members, members[0] ?? ''].map((userId) =>
    world.addClient(userId, random.fraction() < 0.7),
  );
  const stranger = world.addClient(STRANGER);
  const creator = pick(random, clients);
  const created: string[] = [];
  const create = async (client: SimulatedClient, frame: object): Promise<void> => {
    const answer = await client.askUntilAnswered({ type: 'create_conversation', ...frame });
    if (answer.type === 'conversation') created.push(answer.conversationId);
    else world.history.violations.push(`a creation was refused: ${JSON.stringify(answer)}`);
  };
  const others = members.filter((userId) => userId !== creator.userId);
  const localId = random.id();
  const group = { kind: 'group', localId, name: 'Friends', members: others };
  await world.runUntil(() => clients.every((client) => client.isOpen) && stranger.isOpen, START_MS);
  // Both of a direct conversation may begin it at once, and so may a creation that is sent again.
  const pending = [
    create(creator, group),
    create(creator, group),
    create(clientOf(clients, 'ann'), { kind: 'direct', userId: STRANGER }),
    create(stranger, { kind: 'direct', userId: 'ann' }),
  ];
  const done = { all: false };
  void Promise.all(pending).then(() => (done.all = true));
  const began = await world.runUntil(() => done.all, START_MS);
  if (!began) world.history.violations.push('a creation was never answered');
  const conversationIds = [...new Set(created)].toSorted();
  if (began && conversationIds.length !== 2)
    world.history.violations.push(`creations answered with ${conversationIds.join(', ')}`);
  const id = conversationIds.find((candidate) => candidate.startsWith('g_')) ?? '';
  return { members, clients, creator, stranger, conversationIds, group: id };
}

/** Half a minute in which people write, look, go away and come back, and things fail. */
export async function chaos(world: World, cast: Cast, random: MemoryRandom): Promise<void> {
  const { scheduler, plan } = world;
  const all = [...cast.clients, cast.stranger];
  const sends = LEAST_SENDS + Math.floor(random.fraction() * (MOST_SENDS - LEAST_SENDS + 1));
  for (let send = 1; send <= sends; send += 1) {
    const at = random.fraction() * BUSY_SECONDS * 1_000;
    scheduler.after(at, () => write(world, cast, send, random));
  }
  const planned = pastimesOf(random);
  const backup = { at: Math.floor(random.fraction() * CHAOS_SECONDS), restored: false };
  let taken: ReturnType<World['takeBackup']> | undefined;
  for (let second = 0; second < CHAOS_SECONDS; second += 1) {
    if (second === backup.at) taken = world.takeBackup();
    if (taken !== undefined && !backup.restored && plan.strikes('restore')) {
      backup.restored = true;
      taken.restore();
    }
    for (const client of all) {
      if (plan.strikes('cut')) client.reconnect();
      if (plan.strikes('restart')) client.restart(true);
      if (plan.strikes('fresh_start')) client.restart(false);
    }
    const busy = second < BUSY_SECONDS ? planned : [];
    for (const { act, perSecond } of busy)
      for (let times = perSecond; random.fraction() < times; times -= 1) act(world, cast, random);
    await scheduler.run(1_000);
  }
}

/** About half of all that people do, or much of two things. */
function pastimesOf(random: MemoryRandom): readonly Pastime[] {
  if (random.fraction() < 0.5) return PASTIMES.filter(() => random.fraction() < 0.5);
  const two = [pick(random, PASTIMES), pick(random, PASTIMES)];
  return two.map(({ act, perSecond }) => ({ act, perSecond: perSecond * FOCUS }));
}

/** One more message in each conversation, by somebody who may. */
export function writeOneMore(world: World, cast: Cast, name: string): void {
  for (const conversationId of cast.conversationIds) {
    const client = clientOf(cast.clients, 'ann');
    const localId = `${name}-${conversationId}`;
    world.send(client, { conversationId, localId, content: `${name}.` });
  }
}

/** Somebody in a conversation of theirs. */
function seat(cast: Cast, random: MemoryRandom): readonly [SimulatedClient, string] {
  const direct = cast.conversationIds.find((id) => id !== cast.group) ?? cast.group;
  if (random.fraction() < 0.7) return [pick(random, cast.clients), cast.group];
  return [pick(random, [clientOf(cast.clients, 'ann'), cast.stranger]), direct];
}

/** Somebody writes a message. */
export function write(world: World, cast: Cast, number: number, random: MemoryRandom): void {
  const [client, conversationId] = seat(cast, random);
  const localId = `m${number}`;
  const draft = { conversationId, localId, content: `${client.userId} writes ${number}.` };
  const last = client.views.get(conversationId)?.events.at(-1);
  if (last === undefined || random.fraction() > 0.15) return world.send(client, draft);
  // An answer to the message after the last one seen, which may be there by then, or not yet, or never.
  const { epoch, seq } = last;
  const replyTo = `${epoch}.${seq + 1 + Math.floor(random.fraction() * 2)}`;
  world.send(client, { ...draft, replyTo }, ['message_not_found']);
  // Now and then twice at once, so that one may be refused while the other is under way.
  const again: SendMessage = { type: 'send_message', ...draft, replyTo };
  if (random.fraction() < 0.5) void client.ask(again);
}
