import type { ActionsOf } from './dispatch.ts';
import { refreshToken } from './refresh-token.ts';
import { signOut } from './sign-out.ts';

/** What clients say of who they are. */
export const IDENTITY: ActionsOf<'identity'> = {
  refresh_token: refreshToken,
  sign_out: signOut,
};
