import type { Role } from '../../protocol/fields.ts';
import type { SendMessage } from '../../protocol/send-message.ts';
import type { SimulatedClient } from './client.ts';
import type { World } from './world.ts';
import type { MemoryRandom } from '../memory/random.ts';

const MEMBERS = ['ann', 'ben', 'cleo', 'dan', 'eve'];
/** In no group: whatever it tries there must look as if there were none. */
const STRANGER = 'mallory';
const LEAST_SENDS = 20;
const MOST_SENDS = 30;
export const CHAOS_SECONDS = 40;
const START_MS = 120_000;

/** Who chats with whom, and where. */
export interface Cast {
  readonly clients: readonly SimulatedClient[];
  /** The first owner of the group. */
  readonly creator: SimulatedClient;
  readonly stranger: SimulatedClient;
  readonly conversationIds: readonly string[];
  readonly group: string;
}

/** Everybody connects, and two conversations are created, while things fail already. */
export async function begin(world: World, random: MemoryRandom): Promise<Cast> {
  const clients = [...MEMBERS, MEMBERS[0] ?? ''].map((userId) =>
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
  const others = MEMBERS.filter((userId) => userId !== creator.userId);
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
  return { clients, creator, stranger, conversationIds, group: id };
}

/** Forty seconds in which people write, look, go away and come back, and things fail. */
export async function chaos(world: World, cast: Cast, random: MemoryRandom): Promise<void> {
  const { scheduler, plan } = world;
  const all = [...cast.clients, cast.stranger];
  const sends = LEAST_SENDS + Math.floor(random.fraction() * (MOST_SENDS - LEAST_SENDS + 1));
  for (let send = 1; send <= sends; send += 1) {
    const at = random.fraction() * CHAOS_SECONDS * 1_000;
    const [client, conversationId] = seat(cast, random);
    scheduler.after(at, () => write(world, client, conversationId, send, random));
  }
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
      if (random.fraction() < 0.03) look(client, cast, random);
    }
    if (random.fraction() < 0.1) trespass(cast, random);
    // Now and then two at once, the one taking away what the other relies on.
    if (random.fraction() < 0.15) changeMembers(cast, random);
    const changes = random.fraction() < 0.1 ? 3 : 0;
    for (let change = 1; change <= changes; change += 1) changeMembers(cast, random);
    if (random.fraction() < 0.05 && world.history.sends.size > 0) misuse(world, random);
    await scheduler.run(1_000);
  }
}

/** One more message in each conversation, by somebody who may. */
export function writeOneMore(world: World, cast: Cast, name: string): void {
  for (const conversationId of cast.conversationIds) {
    const client = clientOf(cast.clients, 'ann');
    const localId = `${name}-${conversationId}`;
    world.send(client, { conversationId, localId, content: `${name}.` });
  }
}

export function clientOf(clients: readonly SimulatedClient[], userId: string): SimulatedClient {
  const client = clients.find((candidate) => candidate.userId === userId);
  if (client === undefined) throw new Error(`there is no client of ${userId}`);
  return client;
}

/** Somebody in a conversation of theirs. */
function seat(cast: Cast, random: MemoryRandom): readonly [SimulatedClient, string] {
  const direct = cast.conversationIds.find((id) => id !== cast.group) ?? cast.group;
  if (random.fraction() < 0.7) return [pick(random, cast.clients), cast.group];
  return [pick(random, [clientOf(cast.clients, 'ann'), cast.stranger]), direct];
}

function write(
  world: World,
  client: SimulatedClient,
  conversationId: string,
  number: number,
  random: MemoryRandom,
): void {
  const localId = `m${number}`;
  const draft = { conversationId, localId, content: `${client.userId} writes ${number}` };
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

/** A member looks into the history or the list. */
function look(client: SimulatedClient, cast: Cast, random: MemoryRandom): void {
  const conversationId = pick(random, cast.conversationIds);
  const seq = client.views.get(conversationId)?.cursor.seq ?? 0;
  const limit = 1 + Math.floor(random.fraction() * 8);
  const around = Math.max(1, Math.floor(random.fraction() * (seq + 2)));
  const frames: object[] = [
    { type: 'list_conversations', limit },
    { type: 'list_messages', conversationId, limit },
    { type: 'list_messages', conversationId, limit, before: around },
    { type: 'list_messages', conversationId, limit, after: around - 1 },
  ];
  void client.ask(pick(random, frames));
}

/**
 * Somebody lets somebody in, sends somebody away, goes, or hands out a role, whether it may or not. Ann stays,
 * so that there is always somebody to write.
 */
function changeMembers({ clients, creator, group }: Cast, random: MemoryRandom): void {
  const actor = random.fraction() < 0.5 ? creator : pick(random, clients);
  const target = pick(random, MEMBERS.slice(1));
  const roles: readonly Role[] = ['owner', 'admin', 'admin', 'member'];
  const changes: object[] = [
    { type: 'add_members', members: [target, pick(random, MEMBERS)] },
    { type: 'add_members', members: [...MEMBERS] },
    { type: 'remove_member', userId: target },
    { type: 'set_role', userId: pick(random, MEMBERS), role: pick(random, roles) },
    ...(actor.userId === MEMBERS[0] ? [] : [{ type: 'leave' }]),
  ];
  void actor.askUntilAnswered({ ...pick(random, changes), conversationId: group });
  if (random.fraction() < 0.5)
    void actor.ask({ type: 'list_members', conversationId: group, limit: 2 });
}

/** A member sends other content under a `localId` that was acked. */
function misuse(world: World, random: MemoryRandom): void {
  const send = pick(random, [...world.history.sends.values()]);
  if (send.acks.length === 0) return;
  const { conversationId, localId } = send.draft;
  const client = world.clients.find(({ userId }) => userId === send.userId);
  void client?.ask({ type: 'send_message', conversationId, localId, content: 'Something else.' });
}

/** The stranger tries what only members may. */
function trespass({ stranger, group }: Cast, random: MemoryRandom): void {
  const epoch = [...stranger.views.values()].find((view) => view.cursor.seq > 0)?.cursor.epoch;
  const cursor = { seq: Math.floor(random.fraction() * 3), ...(epoch && { epoch }) };
  const frames: object[] = [
    { type: 'send_message', conversationId: group, localId: random.id(), content: 'Let me in.' },
    { type: 'list_messages', conversationId: group },
    { type: 'sync', conversations: { [group]: cursor } },
    { type: 'ping', cursors: { [group]: cursor } },
  ];
  void stranger.ask(pick(random, frames));
}

function pick<Value>(random: MemoryRandom, values: readonly Value[]): Value {
  const value = values[Math.floor(random.fraction() * values.length)];
  if (value === undefined) throw new RangeError('unable to pick; there is nothing');
  return value;
}
