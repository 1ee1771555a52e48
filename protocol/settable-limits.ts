import { LIMITS } from './limits.ts';

interface SettableLimit {
  readonly default: number;
  readonly least: number;
  readonly most: number;
  /** What it counts. */
  readonly unit: string;
}

/** The limits that a team may set (lib/settings.ts, `limits`). Those of the wire can only be made smaller. */
export const SETTABLE_LIMITS = {
  messagesPerMinute: {
    default: 100,
    least: 1,
    most: 10_000,
    unit: 'requests of a user in a minute, of the types that count',
  },
  connectionsPerUser: { default: 10, least: 1, most: 100, unit: 'open connections of a user' },
  groupMembers: {
    default: LIMITS.groupMembers,
    least: 2,
    most: LIMITS.groupMembers,
    unit: 'members of a group, its creator included',
  },
  contentBytes: {
    default: LIMITS.contentBytes,
    least: 256,
    most: LIMITS.contentBytes,
    unit: "UTF-8 bytes of a message's content, as JSON",
  },
  editWindowMs: {
    default: LIMITS.editWindowMs,
    least: 1_000,
    most: 365 * LIMITS.editWindowMs,
    unit: 'milliseconds after a message in which its author may edit it',
  },
  pageEvents: {
    default: LIMITS.pageEvents,
    least: 10,
    most: LIMITS.pageEvents,
    unit: 'events in a page of history',
  },
  pageMembers: {
    default: LIMITS.pageMembers,
    least: 10,
    most: LIMITS.pageMembers,
    unit: 'members in a page',
  },
  pageConversations: {
    default: LIMITS.pageConversations,
    least: 10,
    most: LIMITS.pageConversations,
    unit: 'conversations in a page',
  },
} as const satisfies Readonly<Record<string, SettableLimit>>;

export type LimitName = keyof typeof SETTABLE_LIMITS;
/** A value for each. */
export type SettableLimits = Readonly<Record<LimitName, number>>;

export const LIMIT_NAMES = Object.keys(SETTABLE_LIMITS) as LimitName[];

export const DEFAULT_LIMITS = Object.fromEntries(
  LIMIT_NAMES.map((name) => [name, SETTABLE_LIMITS[name].default]),
) as SettableLimits;
