import { bug, patch, type Bug } from './bug.ts';

const CORE = 'lambdas/core';
const FAN_OUT = `${CORE}/fan-out.ts`;
const STORE = 'test/memory/conversation-store.ts';

export const MEMBERS_BUGS: readonly Bug[] = [
  bug(
    'fan-out to former members',
    'fault_free',
    patch(
      `${CORE}/membership.ts`,
      `stay.joined <= seq && seq <= (stay.left ?? Infinity)`,
      `stay.joined <= seq`,
    ),
  ),
  bug(
    'the members are read before the log',
    'fan_out_alone',
    patch(
      FAN_OUT,
      `const events = await readForward(ports, head, range, LIMITS.pageEvents);`,
      `const guessed = Array.from({ length: head.seq - reached }, (_, place) => ({
      type: 'void' as const,
      conversationId,
      seq: reached + 1 + place,
      timestamp: 0,
    }));
    const audience = await readAudience(ports, head, guessed);
    const events = await readForward(ports, head, range, LIMITS.pageEvents);`,
    ),
    patch(FAN_OUT, `readAudience(ports, head, events),`, `audience,`),
  ),
  bug(
    'a removal without its mark on the head',
    'fan_out_alone',
    patch(
      STORE,
      `const leaving = withMark(head.leaving, leaverId, until);`,
      `const { leaving } = head;`,
    ),
  ),
  bug(
    'a stay is forgotten on joining again',
    'fault_free',
    patch(`${CORE}/join.ts`, `stays: [...stays, { joined: seq }],`, `stays: [{ joined: seq }],`),
  ),
  bug(
    'nobody follows the last owner',
    'fault_free',
    patch(
      `${CORE}/succession.ts`,
      `const heir = others.toSorted(bySeniority)[0];`,
      `const heir = undefined;`,
    ),
  ),
  bug(
    'a plain member may let others in',
    'fault_free',
    patch(
      `${CORE}/add-members.ts`,
      `if (actor.role === 'member') throw new Refusal('forbidden');`,
      '',
    ),
  ),
  bug(
    'an admin may remove an owner',
    'fault_free',
    patch(`${CORE}/end-membership.ts`, `(!isCurrent(leaver) || leaver.role === 'member')`, `true`),
  ),
  bug(
    'a role that was just taken away still counts',
    'fan_out_alone',
    patch(
      `${CORE}/end-membership.ts`,
      `...(actor.userId === userId ? [] : [acted(actor, seq)]),`,
      '',
    ),
    patch(`${CORE}/join.ts`, `acted(acting, seq),`, ''),
    patch(`${CORE}/set-role.ts`, `...(userId === actor.userId ? [] : [acted(actor, seq)]),`, ''),
  ),
];
