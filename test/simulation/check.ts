import type { Cast } from './cast.ts';
import { checkAnswers } from './checks/answers.ts';
import { Facts } from './checks/facts.ts';
import { checkFaultFree } from './checks/fault-free.ts';
import { checkLists } from './checks/lists.ts';
import { checkMarks } from './checks/marks.ts';
import { checkSignals } from './checks/signals.ts';
import { checkDelivered, checkLog } from './checks/log.ts';
import { checkMessages } from './checks/messages.ts';
import { checkRoles } from './checks/roles.ts';
import { checkPresence, checkStaleSessions } from './checks/sessions.ts';
import { checkViews } from './checks/views.ts';
import { checkWire } from './checks/wire.ts';
import { PROFILES, type ProfileName } from './profiles.ts';
import { writeOneMore } from './script.ts';
import type { World } from './world.ts';

const LAST_MS = 20_000;
const LOG_ERRORS = new Set(['action_failed', 'event_not_rendered', 'post_rejected']);

/** Everything that the promise says, of a run that has healed. What does not hold goes to `history.violations`. */
export async function check(world: World, cast: Cast, profile: ProfileName): Promise<void> {
  const { history, backend } = world;
  const { layers } = PROFILES[profile];
  const healed = new Facts(world, cast.conversationIds);
  checkViews(healed, layers);
  checkDelivered(healed);
  await readTheTails(world, cast);
  await checkLists(healed);
  // Every layer is at rest: one more event must simply arrive.
  writeOneMore(world, cast, 'last');
  await world.scheduler.run(LAST_MS);
  // It may be the first that a client hears of a conversation.
  if (layers.heads) for (const client of world.clients) client.beat();
  await world.scheduler.run(LAST_MS);
  const facts = new Facts(world, cast.conversationIds);
  checkLog(facts);
  checkRoles(facts);
  checkMessages(facts);
  checkViews(facts, layers);
  checkWire(facts);
  checkAnswers(facts);
  checkMarks(facts);
  checkSignals(facts);
  checkStaleSessions(facts);
  await checkPresence(facts);
  if (profile === 'fault_free') checkFaultFree(facts);
  for (const { level, event, fields } of backend.log.lines)
    if (level === 'error' && LOG_ERRORS.has(event))
      history.violations.push(`logged: ${event} ${JSON.stringify(fields)}`);
}

/** Whoever reads a log fills its holes; at the very end nobody has had a reason to. */
async function readTheTails(world: World, { conversationIds, clients }: Cast): Promise<void> {
  for (const conversationId of conversationIds) {
    const reader = clients.find(({ userId }) => userId === 'ann');
    void reader?.ask({ type: 'list_messages', conversationId, limit: 50 });
  }
  await world.scheduler.run(LAST_MS);
}
