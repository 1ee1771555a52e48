import type { Head, Info } from './ports.ts';

/** A group as its members have it: before anybody has changed anything, as it was created. */
export function groupInfo(head: Head, written: Info | undefined): Info {
  const { conversationId, name = '', history } = head;
  return written ?? { conversationId, name, history, lastSeq: 0 };
}
