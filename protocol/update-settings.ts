import * as z from 'zod';
import { requestId } from './fields.ts';

/** What a user decides about itself, for all of its devices. */
const userSettings = {
  /** Others are told what this user has read, and it is told what they have. `true` until it says otherwise. */
  readReceipts: z.boolean(),
};

/** PROTOCOL §update_settings: what is left out stays as it is. */
export const updateSettings = z.strictObject({
  type: z.literal('update_settings'),
  requestId: requestId.optional(),
  readReceipts: userSettings.readReceipts.optional(),
});
export type UpdateSettings = z.infer<typeof updateSettings>;

/** The answer: all settings, as they are now. */
export const settings = z.strictObject({
  type: z.literal('settings'),
  requestId: requestId.optional(),
  ...userSettings,
});
export type Settings = z.infer<typeof settings>;

/** What the user's other devices are told. */
export const settingsUpdated = z.strictObject({
  type: z.literal('settings_updated'),
  ...userSettings,
});
