import type { ListMembers, Members } from '../../protocol/list-members.ts';
import type { Caller } from './caller.ts';
import { pageMembers } from './page-members.ts';
import type { Ports } from './ports.ts';
import { readProfiles } from './profiles.ts';
import { readPlace } from './read-place.ts';

/** PROTOCOL §list_members: those who are members now, in the order of their ids. */
export async function listMembers(
  ports: Ports,
  caller: Caller,
  request: ListMembers,
): Promise<Members> {
  const { conversationId } = request;
  await readPlace(ports, conversationId, caller.userId);
  const { shown, ...rest } = await pageMembers(ports, conversationId, request, async (members) => {
    const profileOf = await readProfiles(
      ports,
      members.map(({ userId }) => userId),
    );
    return members.map(({ userId, role }) => ({ userId, role, ...profileOf(userId) }));
  });
  return { type: 'members', conversationId, members: shown, ...rest };
}
