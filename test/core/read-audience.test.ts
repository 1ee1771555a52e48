import { readAudience } from '../../lambdas/core/read-audience.ts';
import type { Head } from '../../lambdas/core/ports.ts';
import { MemoryChat } from '../support/memory-chat.ts';

/** A group of two that has been created, and what a query shows of its members, look by look. */
async function groupSeen(...looks: readonly (readonly string[])[]) {
  const chat = new MemoryChat();
  const { ports } = chat;
  const ann = await chat.connect('ann');
  await chat.connect('ben');
  const conversationId = await chat.direct(ann, 'ben');
  const head = ports.conversations.headOf(conversationId) as Head;
  const waiting = [...looks];
  const conversations = Object.assign(
    Object.create(ports.conversations) as typeof ports.conversations,
    {
      listMembers: async () => {
        const hidden = new Set(waiting.shift());
        const members = ports.conversations.membersOf(conversationId);
        return { members: members.filter(({ userId }) => !hidden.has(userId)) };
      },
    },
  );
  const audience = await readAudience(
    { ...ports, conversations },
    head,
    ports.conversations.eventsOf(conversationId),
  );
  return { ports, listeners: audience.listeners.map(({ member }) => member.userId) };
}

describe('readAudience', () => {
  it('F-51 looks again for who joins by an event and is not among the members yet', async () => {
    const { listeners, ports } = await groupSeen(['ben'], ['ann', 'ben'], []);
    expect(listeners).toEqual(['ann', 'ben']);
    expect(ports.log.lines).toEqual([]);
  });

  it('F-51 goes on without a row that never shows, and says so', async () => {
    const { listeners, ports } = await groupSeen(['ben'], ['ben'], ['ben'], ['ben'], ['ben']);
    expect(listeners).toEqual(['ann']);
    expect(ports.log.events()).toEqual(['members_behind']);
  });
});
