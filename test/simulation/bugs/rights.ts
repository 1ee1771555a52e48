import { bug, patch, type Bug } from './bug.ts';

const CORE = 'lambdas/core';
const APPEND = `${CORE}/conversation-log/append.ts`;

export const RIGHTS_BUGS: readonly Bug[] = [
  bug(
    'anybody may send',
    'fault_free',
    patch(APPEND, `if (member === undefined) throw new Refusal('not_found');`, ''),
    patch(
      APPEND,
      `isCurrent(member) ? await this.draft.validate(member) : 'not_found'`,
      'undefined',
    ),
  ),
  bug(
    'anybody may read the history',
    'fault_free',
    patch(
      `${CORE}/list-messages.ts`,
      `const place = await readPlace(ports, conversationId, caller.userId);`,
      `const place = {
    head: (await ports.conversations.getHead(conversationId)) as MemberPlace['head'],
    member: { userId: caller.userId, stays: [{ joined: 1 }] } as unknown as MemberPlace['member'],
  };`,
    ),
  ),
  bug(
    'anybody may sync',
    'fault_free',
    patch(
      `${CORE}/sync.ts`,
      `if (place === undefined || place.proof === 'deleted' || place.member === undefined)`,
      `if (place === undefined || place.proof === 'deleted')`,
    ),
    patch(
      `${CORE}/sync.ts`,
      `const ranges = visibleRanges(member, head);`,
      `const ranges = member === undefined ? [{ from: 1, to: Infinity }] : visibleRanges(member, head);`,
    ),
  ),
  bug(
    'a ping tells strangers of heads',
    'fault_free',
    patch(
      `${CORE}/ping.ts`,
      `provenMember(head, members.get(id), now) === 'member'`,
      `provenMember(head, members.get(id), now) !== 'unsettled'`,
    ),
  ),
  bug(
    'a token is never too old',
    'all',
    patch(
      `${CORE}/read-audience.ts`,
      `listeners: all.filter(({ session }) => session.expiresAt > now),`,
      `listeners: all,`,
    ),
    patch(
      `${CORE}/read-audience.ts`,
      `.filter(({ session }) => session.expiresAt <= now)`,
      `.filter(() => false)`,
    ),
  ),
];
