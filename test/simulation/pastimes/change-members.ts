import type { Role } from '../../../protocol/fields.ts';
import type { MemoryRandom } from '../../memory/random.ts';
import type { Cast } from '../cast.ts';
import { pick, type Pastime } from './pastime.ts';

/** Members come and go. Now and then three at once, the one taking away what the other relies on. */
export const changeMembers: Pastime = {
  perSecond: 0.3,
  act(_world, cast, random) {
    const changes = random.fraction() < 0.3 ? 3 : 1;
    for (let change = 1; change <= changes; change += 1) changeOne(cast, random);
  },
};

/**
 * Somebody lets somebody in, sends somebody away, goes, or hands out a role, whether it may or not. Ann stays,
 * so that there is always somebody to write.
 */
function changeOne({ members, clients, creator, group }: Cast, random: MemoryRandom): void {
  const actor = random.fraction() < 0.5 ? creator : pick(random, clients);
  const target = pick(random, members.slice(1));
  const roles: readonly Role[] = ['owner', 'admin', 'admin', 'member'];
  const changes: object[] = [
    { type: 'add_members', members: [target, pick(random, members)] },
    { type: 'add_members', members: [...members] },
    { type: 'remove_member', userId: target },
    { type: 'set_role', userId: pick(random, members), role: pick(random, roles) },
    ...(actor.userId === members[0] ? [] : [{ type: 'leave' }]),
  ];
  void actor.askUntilAnswered({ ...pick(random, changes), conversationId: group });
  if (random.fraction() < 0.5)
    void actor.ask({ type: 'list_members', conversationId: group, limit: 2 });
}
