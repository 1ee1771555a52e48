import * as z from 'zod';
import { name, picture, requestId } from './fields.ts';

/** PROTOCOL §update_profile: what is left out stays as it is, and `null` takes it away. */
export const updateProfile = z.strictObject({
  type: z.literal('update_profile'),
  requestId: requestId.optional(),
  name: name.nullable().optional(),
  picture: picture.nullable().optional(),
});
export type UpdateProfile = z.infer<typeof updateProfile>;

/** What a user goes by. */
export const profileFields = { name: name.optional(), picture: picture.optional() };

/** The answer: the profile as it is now. */
export const profile = z.strictObject({
  type: z.literal('profile'),
  requestId: requestId.optional(),
  ...profileFields,
});
export type ProfileAnswer = z.infer<typeof profile>;

/** What the user's other devices are told. */
export const profileUpdated = z.strictObject({
  type: z.literal('profile_updated'),
  ...profileFields,
});
