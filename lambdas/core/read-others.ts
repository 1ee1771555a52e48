import { LIMITS } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import { provenMember } from './membership.ts';
import type { Head, Ports } from './ports.ts';

/**
 * The other members of a direct conversation or a small group, who are told what somebody does there; nobody in a
 * larger one.
 *
 * @param head read before the members are: who is being removed by then, or was, is told nothing
 */
export async function readOthers(
  ports: Pick<Ports, 'conversations' | 'clock'>,
  { userId }: Caller,
  head: Head,
): Promise<readonly string[]> {
  const now = ports.clock.now();
  const others: string[] = [];
  for (let after: string | undefined; ;) {
    const { members, next } = await ports.conversations.listMembers(
      head.conversationId,
      after,
      LIMITS.signalMembers + 1,
    );
    const current = members.filter((member) => provenMember(head, member, now) === 'member');
    others.push(...current.map((member) => member.userId).filter((other) => other !== userId));
    if (others.length >= LIMITS.signalMembers) return [];
    if (next === undefined) return others;
    after = next;
  }
}
