import type { Head, Member } from './ports.ts';

/** Numbers of a log, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Whether the row is of somebody who is a member now. */
export function isCurrent(member: Member | undefined): member is Member {
  return member !== undefined && member.stays.length > 0 && member.stays.at(-1)?.left === undefined;
}

/** Whether an event is the member's by the moment it was appended: the rule of delivery. */
export function isEntitled(member: Member, seq: number): boolean {
  return member.stays.some((stay) => stay.joined <= seq && seq <= (stay.left ?? Infinity));
}

/**
 * What of the log the member may read, in ascending order and apart: its stays; and all of it for a
 * current member where the conversation's history is open. The last one of a current member has no end.
 */
export function visibleRanges(member: Member, head: Head): readonly Range[] {
  if (head.history === 'all' && isCurrent(member)) return [{ from: 1, to: Infinity }];
  return member.stays.map((stay) => ({ from: stay.joined, to: stay.left ?? Infinity }));
}

/** Whether the conversation is no more, to anybody. */
export function isDeleted({ closed, closing }: Head): boolean {
  return closed && closing !== undefined;
}

/** Whether a number lies in one of the ranges. */
export function isWithin(ranges: readonly Range[], seq: number): boolean {
  return ranges.some(({ from, to }) => from <= seq && seq <= to);
}

/**
 * Whether a head and a member row, read in this order, prove the membership up to the head's `seq`. A
 * removal marks the user on the head in the update that takes its number: without a mark no removal had
 * begun when the head was read, with one the row decides only once it is closed.
 */
export function provenMember(
  head: Head,
  member: Member | undefined,
  now: number,
): 'member' | 'no_member' | 'unsettled' {
  if (!isCurrent(member) || isDeleted(head)) return 'no_member';
  // Its own mark, not what every object has under that name: a user may be called `constructor`.
  const leavingUntil = Object.hasOwn(head.leaving, member.userId)
    ? head.leaving[member.userId]
    : undefined;
  return leavingUntil !== undefined && leavingUntil > now ? 'unsettled' : 'member';
}
