import { bug, patch, type Bug } from './bug.ts';

const CORE = 'lambdas/core';
const STORE = 'test/memory/conversation-store.ts';

export const MESSAGES_BUGS: readonly Bug[] = [
  bug(
    'a later edit is overtaken by an earlier one',
    'fan_out_alone',
    patch(
      STORE,
      `return message !== undefined && !message.deleted && lastSeqOf(message) < change.seq;`,
      `return message !== undefined && !message.deleted;`,
    ),
  ),
  bug(
    'an edit brings back what was deleted',
    'fan_out_alone',
    patch(
      STORE,
      `return message !== undefined && !message.deleted && lastSeqOf(message) < change.seq;`,
      `return message !== undefined && lastSeqOf(message) < change.seq;`,
    ),
    patch(
      `${CORE}/edit-message.ts`,
      `if (message.deleted) throw new Refusal('message_not_found');`,
      '',
    ),
  ),
  bug(
    'anybody may edit what others have said',
    'fault_free',
    patch(
      `${CORE}/edit-message.ts`,
      `if (message.senderId !== member.userId) throw new Refusal('forbidden');`,
      '',
    ),
  ),
  bug(
    'anybody may delete what others have said',
    'fault_free',
    patch(
      `${CORE}/delete-message.ts`,
      `if (!mayDelete(place)) throw new Refusal('forbidden');`,
      '',
    ),
  ),
  bug(
    'who has lost its role deletes with it',
    'fan_out_alone',
    patch(`${CORE}/delete-message.ts`, `...(isOwn(place) ? [] : [acted(member, seq)]),`, ''),
  ),
  bug(
    'an edit is shown to who may not see it',
    'fault_free',
    patch(
      `${CORE}/render-message.ts`,
      `if (!view.sees(lastSeq)) return { ...nothing, withheld: true as const };`,
      '',
    ),
  ),
  bug(
    'an answer shows what its reader may not see',
    'fault_free',
    patch(
      `${CORE}/render-message.ts`,
      `if (!view.sees(message.seq) || !view.sees(lastSeq)) return {};`,
      '',
    ),
  ),
  bug(
    'what is deleted counts as unread',
    'fault_free',
    patch(`${CORE}/summarize.ts`, `if (!event.deleted) unread += 1;`, `unread += 1;`),
  ),
  bug(
    'an edit says what a later one made of the message',
    'fault_free',
    patch(
      `${CORE}/render-message.ts`,
      `if (message.lastSeq !== event.seq || !view.sees(message.seq)) return {};`,
      '',
    ),
  ),
  bug(
    'a reaction is lost with the function that died over it',
    'fan_out_alone',
    patch(
      `${CORE}/fan-out.ts`,
      `const rows = await storeReactions(ports.conversations, related, events);`,
      `const rows = related;`,
    ),
    patch(`${CORE}/fan-out.ts`, `import { storeReactions } from './reactions.ts';`, ''),
  ),
  bug(
    'an earlier reaction undoes a later one',
    'fan_out_alone',
    patch(STORE, `if (there === undefined || there.seq <= reaction.seq) {`, `{`),
    patch(`${CORE}/reactions.ts`, `if ((there?.seq ?? 0) < event.seq) yield`, `yield`),
  ),
];
