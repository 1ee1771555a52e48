import { isSame, type Facts } from './facts.ts';

/** Every client shows all that its user is entitled to, in order, once, and nothing else. */
export function checkViews(facts: Facts): void {
  for (const [place, client] of facts.world.clients.entries()) {
    const name = `client ${place} of ${client.userId}`;
    for (const id of facts.conversationIds) {
      const shown = client.views.get(id)?.events ?? [];
      const expected = facts.entitled(id, client.userId);
      const wrong = shown.findIndex((event, index) => !isSame(event, expected[index]));
      if (wrong !== -1)
        facts.violation(
          `${name} shows ${JSON.stringify(shown[wrong])} of ${id} where there is ${JSON.stringify(expected[wrong])}`,
        );
      // Voids at the end of a log show nothing, and nobody need tell of them.
      const missing = expected.slice(shown.length).filter(({ type }) => type !== 'void');
      if (missing.length > 0)
        facts.violation(`${name} misses ${missing.map(({ seq }) => seq).join(' ')} of ${id}`);
    }
  }
}
