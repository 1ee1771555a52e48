import { LEAVING_MS } from '../../lambdas/core/conversation-log/number.ts';
import { isCurrent } from '../../lambdas/core/membership.ts';
import { MemoryRandom } from '../memory/random.ts';
import type { Cast } from './cast.ts';
import { check } from './check.ts';
import type { SimulatedClient } from './client.ts';
import type { FaultClass, Rates } from './faults.ts';
import {
  PROFILES,
  RARE,
  RATES,
  RATES_OF_RARE,
  type Profile,
  type ProfileName,
} from './profiles.ts';
import { begin, chaos, writeOneMore } from './script.ts';
import { World } from './world.ts';

/** A killed worker's nudge comes back after a minute, and may be killed again. */
const DRAIN_MS = 30 * 60_000;
const SETTLE_MS = 10 * 60_000;
const POSTED_MS = 2_000;
/** Time for requests under way, each tried again after five seconds. */
const RECOVERY_MS = 30_000;

export interface Schedule {
  readonly profile: ProfileName;
  readonly seed: number;
  /** Default: those that the profile and the seed give. */
  readonly rates?: Rates;
  /** Keeps every step in words. */
  readonly trace?: boolean;
}

export interface Result {
  readonly violations: readonly string[];
  readonly fired: ReadonlyMap<FaultClass, number>;
  /** Only of a traced run. */
  readonly trace: readonly string[];
  readonly sends: number;
}

/** Chaos, healing, quiet, check: one run of the whole chat, the same whenever its seed is. */
export async function runSchedule(schedule: Schedule): Promise<Result> {
  const { profile, seed, trace = false } = schedule;
  const { layers, recovery, ...rest }: Profile = PROFILES[profile];
  const random = new MemoryRandom(seed * 4);
  const rates = schedule.rates ?? ratesOf(rest, random);
  const pageSize = rest.faults.length > 0 && random.fraction() < 0.3 ? 3 : Number.POSITIVE_INFINITY;
  const world = new World({ seed, rates, layers, pageSize, trace });
  const { history, plan } = world;
  const cast = await begin(world, random);
  // Without two conversations there is nothing to play; why is among the violations.
  if (history.violations.length === 0) {
    await chaos(world, cast, random);
    await heal(world);
    await recover(world, cast, recovery);
    await check(world, cast, profile);
  }
  return {
    violations: history.violations,
    fired: plan.fired,
    trace: history.trace,
    sends: history.sends.size,
  };
}

/** Each fault of the profile is on or off, and at some rate. */
function ratesOf(
  { faults, always = {} }: Pick<Profile, 'faults' | 'always'>,
  random: MemoryRandom,
): Rates {
  const pick = (values: readonly number[]): number =>
    values[Math.floor(random.fraction() * values.length)] ?? 0;
  const some = faults
    .filter(() => random.fraction() < 0.5)
    .map((fault) => [fault, pick(RARE.has(fault) ? RATES_OF_RARE : RATES)]);
  const certain = Object.entries(always).map(([fault, values]) => [fault, pick(values)]);
  return Object.fromEntries([...some, ...certain]) as Rates;
}

/** From here on nothing fails. What is under way comes to its end, and people redrive the dead letters. */
export async function heal(world: World): Promise<void> {
  const { backend, history, plan, clients } = world;
  plan.heal();
  const drained = await world.runUntil(
    () => [...history.sends.values()].every(isOver) && backend.queue.waiting.length === 0,
    DRAIN_MS,
  );
  if (!drained) history.violations.push(`stuck: ${stuck(world)}`);
  backend.queue.redrive();
  backend.poll();
  await world.runUntil(() => backend.queue.waiting.length === 0, DRAIN_MS);
  if (backend.queue.deadLetters.length > 0) history.violations.push('a dead letter died again');
  // What was posted last is still on its way.
  await world.scheduler.run(POSTED_MS);
  // Whoever a removal that died has marked as leaving is kept waiting until the mark has run out.
  await world.runUntil(() => !hasMarks(world), LEAVING_MS);
  // Who just lost its connection is on the way back.
  const back = await world.runUntil(() => clients.every((client) => client.isOpen), SETTLE_MS);
  if (!back) history.violations.push('a client does not get back');
}

export async function recover(
  world: World,
  cast: Cast,
  recovery: Profile['recovery'],
): Promise<void> {
  const { clients, history, scheduler } = world;
  switch (recovery) {
    case 'none':
      break;
    case 'one_event':
      writeOneMore(world, cast, 'once-more');
      break;
    case 'one_heartbeat':
      for (const client of clients) client.beat();
      break;
    case 'one_reconnect':
      for (const client of clients) client.reconnect();
      break;
    case 'everything':
      // Who is gone from a conversation hears of it no more, but for what a sync of it says; and of one of which
      // nothing has ever arrived only a new list tells.
      for (const client of clients)
        if (!isInAll(world, client) || !knowsAll(cast, client)) client.reconnect();
      await scheduler.run(world.heartbeatMs * 2);
      break;
  }
  await scheduler.run(RECOVERY_MS);
  const quiet = await world.runUntil(() => clients.every((client) => client.isQuiet), SETTLE_MS);
  if (!quiet) history.violations.push('a client does not come to rest');
}

/** Whether somebody is a member and marked as leaving. */
function hasMarks({ backend: { conversations }, scheduler }: World): boolean {
  return conversations.conversationIds.some((id) => {
    const leaving = conversations.headOf(id)?.leaving ?? {};
    return conversations
      .membersOf(id)
      .some((member) => isCurrent(member) && (leaving[member.userId] ?? 0) > scheduler.clock.now());
  });
}

/** Whether the user is in every conversation that the client shows. */
function isInAll({ backend }: World, { userId, views }: SimulatedClient): boolean {
  return [...views.keys()].every((id) =>
    isCurrent(backend.conversations.membersOf(id).find((one) => one.userId === userId)),
  );
}

function knowsAll({ conversationIds }: Cast, { views }: SimulatedClient): boolean {
  return conversationIds.every((id) => views.has(id));
}

function isOver(send: { acks: readonly unknown[]; failure?: unknown }): boolean {
  return send.acks.length > 0 || send.failure !== undefined;
}

function stuck({ history, backend }: World): string {
  const sends = [...history.sends.values()].filter((send) => !isOver(send));
  return [
    ...sends.map(({ userId, draft }) => `${userId} ${draft.localId} has no answer`),
    ...backend.queue.waiting.map(({ conversationId, seq }) => `nudge ${conversationId} ${seq}`),
  ].join('; ');
}
