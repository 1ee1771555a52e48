import type { ConversationStore, Member } from './ports.ts';

/** All member rows of a conversation, former members' too, whatever pages they come in (F-50). */
export async function readMembers(
  conversations: ConversationStore,
  conversationId: string,
): Promise<Member[]> {
  const members: Member[] = [];
  for (let after: string | undefined; ;) {
    const page = await conversations.listMembers(conversationId, after);
    members.push(...page.members);
    if (page.next === undefined) return members;
    after = page.next;
  }
}
