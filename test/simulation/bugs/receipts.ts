import { bug, patch, type Bug } from './bug.ts';

const CORE = 'lambdas/core';
const ADVANCE = `${CORE}/advance-cursor.ts`;
const READ = `${CORE}/mark-read.ts`;
const TYPING = `${CORE}/typing.ts`;
const OTHERS = `${CORE}/read-others.ts`;
const STORE = 'test/memory/conversation-store.ts';

export const RECEIPTS_BUGS: readonly Bug[] = [
  bug(
    'a cursor goes back',
    'fault_free',
    patch(ADVANCE, `if (upToSeq <= cursorsOf(member)[cursor]) return place;`, ''),
    patch(STORE, `if (there[cursor] >= seq) return undefined;`, ''),
  ),
  bug(
    'a cursor goes past the end',
    'fault_free',
    patch(ADVANCE, `Math.min(head.seq, await targetOf(place))`, `await targetOf(place)`),
  ),
  bug(
    'of two cursors that move at once the later one wins',
    'all',
    patch(STORE, `if (there[cursor] >= seq) return undefined;`, ''),
  ),
  bug(
    'a change of a member’s row overwrites its cursors',
    'all',
    patch(
      STORE,
      `this.#setMember({ ...there, role, stays, lastSeq })`,
      `this.#setMember({ ...(change.member as Member), role, stays, lastSeq })`,
    ),
  ),
  bug(
    'anybody may mark what it has read',
    'fault_free',
    patch(
      ADVANCE,
      `const place = await readPlace(ports, conversationId, caller.userId);`,
      `const place = await readPlace(ports, conversationId, caller.userId).catch(async () => {
        const head = (await ports.conversations.getHead(conversationId)) as Head;
        const { members } = await ports.conversations.listMembers(conversationId);
        return { head, member: members[0] as MemberPlace['member'] };
      });`,
    ),
  ),
  bug(
    'a mark by time reads what came later',
    'fault_free',
    patch(
      READ,
      `event.type === 'message' && event.timestamp <= timestamp`,
      `event.type === 'message' && event.timestamp <= timestamp + 60_000`,
    ),
  ),
  bug(
    'a mark by time is for the first message, not the last',
    'fault_free',
    patch(READ, `const last = events.find(`, `const last = events.findLast(`),
  ),
  bug(
    'what is read keeps its marker',
    'fault_free',
    patch(
      STORE,
      `return { ...(cursor === 'readSeq' ? unmarked : there), [cursor]: seq };`,
      `void unmarked; return { ...there, [cursor]: seq };`,
    ),
  ),
  bug(
    'a marker is not taken away by a mark that moves nothing',
    'fault_free',
    patch(READ, `cursorsOf(place.member).markedUnread`, `false`),
  ),
  bug(
    'receipts go to who has left',
    'fault_free',
    patch(
      OTHERS,
      `members.filter((member) => provenMember(head, member, now) === 'member')`,
      `members.filter((member) => provenMember(head, member, now) !== undefined)`,
    ),
  ),
  bug(
    'receipts do not go to one’s own devices',
    'fault_free',
    patch(READ, `return [caller, ...others.filter(shares)]`, `return others.filter(shares)`),
  ),
  bug(
    'what is read is told whatever the reader wants',
    'fault_free',
    patch(
      `${CORE}/user-settings.ts`,
      `const shares = settingsOf(userId).readReceipts;`,
      `const shares = true;`,
    ),
  ),
  bug(
    'what is read is told to who does not tell',
    'fault_free',
    patch(
      `${CORE}/user-settings.ts`,
      `(shares && settingsOf(other.userId).readReceipts)`,
      `shares`,
    ),
  ),
  bug(
    'what is read is not taken for delivered',
    'fault_free',
    patch(
      `${CORE}/cursors.ts`,
      `deliveredSeq: Math.max(row.deliveredSeq, readSeq),`,
      `deliveredSeq: row.deliveredSeq,`,
    ),
  ),
  bug(
    'writing is told each time',
    'fault_free',
    patch(TYPING, `typingAt <= now - TYPING.relayedEveryMs`, `typingAt < Infinity`),
    patch(STORE, `(there.typingAt ?? -Infinity) <= notAfter`, `notAfter < Infinity`),
  ),
  bug(
    'who writes is told of itself',
    'fault_free',
    patch(OTHERS, `.filter((other) => other !== userId)`, `.filter((other) => other !== '')`),
  ),
];
