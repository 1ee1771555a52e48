import * as z from 'zod';
import { conversationId, requestId, userId } from './fields.ts';
import { atMost, LIMITS } from './limits.ts';
import { profileFields } from './update-profile.ts';

/** PROTOCOL §get_profiles: what some members of a conversation go by, former ones too. */
export const getProfiles = z.strictObject({
  type: z.literal('get_profiles'),
  requestId: requestId.optional(),
  conversationId,
  userIds: z
    .array(userId)
    .min(1)
    .max(LIMITS.profiles, { error: atMost(LIMITS.profiles, 'users') }),
});
export type GetProfiles = z.infer<typeof getProfiles>;

export const profiles = z.strictObject({
  type: z.literal('profiles'),
  requestId: requestId.optional(),
  conversationId,
  profiles: z.array(z.strictObject({ userId, ...profileFields })),
  /** Ask again for this one and those behind it. Absent: all were looked at. */
  next: userId.optional(),
});
export type Profiles = z.infer<typeof profiles>;
