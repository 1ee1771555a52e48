import type { Message } from '../../../protocol/send-message.ts';
import type { MemoryRandom } from '../../memory/random.ts';
import type { Cast } from '../cast.ts';
import { pick, type Pastime } from './pastime.ts';

/** Few, so that people meet at one emoji. */
const EMOJIS = ['👍', '🎉'];
/** How far back people look for something to change. */
const LAST = 6;

/** Messages are edited, deleted and reacted to. Now and then three things happen to one at once. */
export const changeMessages: Pastime = {
  perSecond: 0.6,
  act(_world, cast, random) {
    const message = pickMessage(cast, random);
    if (message === undefined) return;
    const changes = random.fraction() < 0.4 ? 3 : 1;
    for (let change = 1; change <= changes; change += 1) changeOne(cast, message, random);
  },
};

/** One of the last ones that somebody shows. */
function pickMessage(cast: Cast, random: MemoryRandom): Message | undefined {
  const { views } = pick(random, [...cast.clients, cast.stranger]);
  const events = views.get(pick(random, cast.conversationIds))?.events ?? [];
  const messages = events
    .filter((event): event is Message => event.type === 'message')
    .slice(-LAST);
  return messages.length === 0 ? undefined : pick(random, messages);
}

/** Its author changes it most of the time; else anybody, whether it may or not. */
function changeOne(cast: Cast, message: Message, random: MemoryRandom): void {
  const { conversationId, serverId, senderId } = message;
  const all = [...cast.clients, cast.stranger];
  const isForAuthor = random.fraction() < 0.7;
  const about = { conversationId, serverId };
  const changes: readonly [weight: number, change: object][] = [
    [4, { type: 'edit_message', ...about, content: `Edited ${random.id()}.` }],
    [1, { type: 'delete_message', ...about }],
    [3, { type: 'add_reaction', ...about, emoji: pick(random, EMOJIS) }],
    [2, { type: 'remove_reaction', ...about, emoji: pick(random, EMOJIS) }],
  ];
  const change = pick(
    random,
    changes.flatMap(([weight, frame]) => Array.from({ length: weight }, () => frame)),
  );
  const authors = all.filter(({ userId }) => userId === senderId);
  const isReaction = 'emoji' in change;
  const actor = pick(random, isForAuthor && !isReaction && authors.length > 0 ? authors : all);
  void actor.askUntilAnswered(change);
}
