import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { MOST_LEAVING } from '../core/ports.ts';
import { leavingName } from './conversation-rows.ts';
import type { Update } from './table.ts';

// The parts of the update that takes a number.
const TAKE = 'SET #seq = #seq + :one, #takenAt = :now';
const IS_OPEN =
  'attribute_exists(pk) AND attribute_not_exists(#closed) AND attribute_not_exists(#closing)';
/** A mark that has run out holds nobody back. */
const IS_NOT_LEAVING = '(attribute_not_exists(#leaving.#user) OR #leaving.#user <= :now)';
/** Whoever has a mark already takes no further room. */
const HAS_ROOM_TO_LEAVE = '(attribute_exists(#leaving.#leaver) OR size(#leaving) < :most)';
const TAKE_NAMES = {
  '#seq': 'seq',
  '#takenAt': 'takenAt',
  '#closed': 'closed',
  '#closing': 'closing',
  '#leaving': 'leaving',
};

/** The update of a head that takes its next number. */
export function takeUpdate(userId: string, now: number): Update {
  return {
    expression: TAKE,
    condition: `${IS_OPEN} AND ${IS_NOT_LEAVING}`,
    names: { ...TAKE_NAMES, '#user': leavingName(userId) },
    values: { ':one': number(1), ':now': number(now) },
  };
}

/** As {@link takeUpdate}, and nobody gets a later one. */
export function takeLastUpdate(userId: string, now: number): Update {
  return { ...takeUpdate(userId, now), expression: `${TAKE}, #closing = #seq + :one` };
}

/** As {@link takeUpdate}, and marks somebody as leaving until then. */
export function takeToRemoveUpdate(
  userId: string,
  leaverId: string,
  now: number,
  until: number,
): Update {
  const isOther = userId !== leaverId;
  return {
    expression: `${TAKE}, #leaving.#leaver = :until`,
    condition: [IS_OPEN, HAS_ROOM_TO_LEAVE, ...(isOther ? [IS_NOT_LEAVING] : [])].join(' AND '),
    names: {
      ...TAKE_NAMES,
      '#leaver': leavingName(leaverId),
      ...(isOther && { '#user': leavingName(userId) }),
    },
    values: {
      ':one': number(1),
      ':now': number(now),
      ':until': number(until),
      ':most': number(MOST_LEAVING),
    },
  };
}

function number(value: number): AttributeValue {
  return { N: String(value) };
}
