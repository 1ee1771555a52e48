import type { Layers } from '../client.ts';
import type { FaultClass } from '../faults.ts';
import { isSame, type Facts } from './facts.ts';
import { fixed } from './fixed.ts';

/** A worker tries each frame so often, or until so long after its first call (milliseconds). */
const MOST_POSTS = 6;
const WORKER_MS = 5_000;

/** Every client shows all that its user is entitled to, in order, once, and nothing else. */
export function checkViews(facts: Facts, layers: Layers): void {
  const heals = layers.gaps || layers.heads || layers.sync;
  const givenUp = heals ? new Set<string>() : connectionsGivenUp(facts);
  for (const [place, client] of facts.world.clients.entries()) {
    const name = `client ${place} of ${client.userId}`;
    for (const id of facts.conversationIds) {
      const shown = client.views.get(id)?.events ?? [];
      // Who is gone gets no later event, no heads and no list entry: only a sync of what is held tells the end,
      // if it was lost on its way, or nobody is left whose next event would bring it along.
      const isGone = !facts.isCurrent(id, client.userId) && (lost(facts) || facts.isDeserted(id));
      const isBehind = isGone && !layers.sync;
      const expected = facts.entitled(id, client.userId, shown[0]?.seq, isBehind);
      const wrong = shown.findIndex((event, index) => !isSame(fixed(event), expected[index]));
      if (wrong !== -1)
        facts.violation(
          `${name} shows ${JSON.stringify(shown[wrong])} of ${id} where there is ${JSON.stringify(expected[wrong])}`,
        );
      // Only a new list names a conversation of which nothing has ever arrived.
      if (!client.views.has(id) && layers.heads && !layers.sync) continue;
      if (isBehind || (isGone && !client.views.has(id))) continue;
      if (givenUp.has(client.connectionId ?? '')) continue;
      // Voids at the end of a log show nothing, and nobody need tell of them.
      const missing = expected.slice(shown.length).filter(({ type }) => type !== 'void');
      if (missing.length > 0)
        facts.violation(`${name} misses ${missing.map(({ seq }) => seq).join(' ')} of ${id}`);
    }
  }
}

/** What keeps an event from a client so that only what it holds itself can bring it: nobody posts it again. */
const LOSSES: readonly FaultClass[] = ['post_lost', 'fresh_start', 'cut', 'restart', 'token_end'];

function lost({ world }: Facts): boolean {
  return LOSSES.some((fault) => world.plan.fired.has(fault));
}

/** Where a worker tried as often or as long as it may: from there on it is up to the layers that look for gaps. */
function connectionsGivenUp({ world }: Facts): ReadonlySet<string> {
  const { backend, history } = world;
  const said = backend.log.lines.filter(({ event }) => event === 'post_given_up');
  const named = new Set(said.map(({ fields }) => String(fields['connectionId'])));
  const tried = [...history.posts.values()].filter(({ worker, times }) => {
    const { first, last } = history.workers.get(worker) ?? { first: 0, last: 0 };
    return times >= MOST_POSTS || last - first >= WORKER_MS;
  });
  return new Set(
    tried.map(({ connectionId }) => connectionId).filter((connectionId) => named.has(connectionId)),
  );
}
