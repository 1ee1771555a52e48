import type { Answer } from '../../protocol/server-message.ts';
import { MemoryRandom } from '../memory/random.ts';
import type { SimulatedClient } from './client.ts';
import { Stage } from './stage.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** So long a `localId` is remembered at least; the pauses together stay below it. */
const REMEMBERED_MS = 14 * DAY_MS;

/** When a message is sent again: at once, or so much later (milliseconds). */
const PAUSES = [0, 0, SECOND_MS, 5 * MINUTE_MS, DAY_MS, 7 * DAY_MS] as const;
const AMBIGUOUS = { fail_after: 0.5 };

/** One message sent two to ten times, half of the writes failing when they are done. Answers what is wrong. */
export async function sendRepeatedly(seed: number): Promise<readonly string[]> {
  const random = new MemoryRandom(seed);
  const layers = { gaps: true, heads: false, sync: true };
  const stage = await Stage.set(seed, layers, AMBIGUOUS);
  const { world, group } = stage;
  const draft = stage.draft();
  world.plan.begin();
  world.history.addSend({ userId: 'ann', draft, mayFail: [], acks: [] });
  const clients = [stage.ann, stage.annsPhone];
  const times = 2 + Math.floor(random.fraction() * 9);
  const answers: Promise<Answer>[] = [];
  let passed = 0;
  for (let time = 1; time <= times; time += 1) {
    const client = clients[Math.floor(random.fraction() * clients.length)] ?? stage.ann;
    if (random.fraction() < 0.3) client.reconnect();
    answers.push(client.askUntilAnswered({ type: 'send_message', ...draft }));
    const pause = PAUSES[Math.floor(random.fraction() * PAUSES.length)] ?? 0;
    if (passed + pause >= REMEMBERED_MS) continue;
    passed += pause;
    if (pause > 0) await pass(stage, pause);
  }
  world.plan.heal();
  const done = { all: false };
  const all = Promise.all(answers).then((got) => {
    done.all = true;
    return got;
  });
  await world.runUntil(() => done.all, 10 * MINUTE_MS);
  if (!done.all) return ['a send has no answer'];
  return [...differences(await all), ...rowsOf(stage, draft.localId, group)];
}

/** Days in which nobody is there, but TTL sweeps. */
async function pass({ world }: Stage, milliseconds: number): Promise<void> {
  const away = milliseconds >= 5 * MINUTE_MS ? [...world.clients] : [];
  const settle = Math.min(milliseconds, 30 * SECOND_MS);
  await world.scheduler.run(settle);
  for (const client of away) client.stop();
  await world.scheduler.run(milliseconds - settle);
  world.backend.conversations.sweep(world.scheduler.clock.now());
  for (const client of away) client.start();
  await world.runUntil(
    () => world.clients.every((client: SimulatedClient) => client.isOpen),
    MINUTE_MS,
  );
}

/** Every answer is an ack, and they are equal but for the request that they answer. */
function differences(answers: readonly Answer[]): readonly string[] {
  const places = answers.map((answer) =>
    answer.type === 'ack' ? JSON.stringify({ ...answer, requestId: '' }) : JSON.stringify(answer),
  );
  const refused = answers
    .filter(({ type }) => type !== 'ack')
    .map((answer) => JSON.stringify(answer));
  const different = new Set(places);
  return [
    ...refused.map((answer) => `a send was answered with ${answer}`),
    ...(different.size > 1 ? [`acks differ: ${[...different].join(' and ')}`] : []),
  ];
}

/** The log holds the message once. */
function rowsOf({ world }: Stage, localId: string, group: string): readonly string[] {
  const rows = world.backend.conversations
    .eventsOf(group)
    .filter((row) => row.type === 'message' && row.localId === localId);
  return rows.length === 1 ? [] : [`the log holds the message ${rows.length} times`];
}
