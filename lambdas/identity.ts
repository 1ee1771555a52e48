import type { FrameAnswer, FrameEvent } from './aws/frame.ts';
import { callerOf } from './aws/caller-of.ts';
import { sessionPortsFrom } from './aws/ports-from.ts';
import { authorizeSettingsFrom } from './aws/settings-from.ts';
import { createSigningKeys } from './aws/signing-keys.ts';
import { checkToken, type CheckedToken } from './core/check-token.ts';
import { dispatch } from './core/dispatch.ts';
import { IDENTITY } from './core/identity.ts';
import { Unavailable } from './core/ports.ts';
import { ENV, required } from './env.ts';

const sessionPorts = sessionPortsFrom(process.env);
const { clock, log } = sessionPorts;
const keys = createSigningKeys(required(process.env, ENV.jwksUrl), clock);
const settings = authorizeSettingsFrom(process.env);
const ports = { ...sessionPorts, tokens: { check } };

/** Messages of clients about who they are: a fresh token, signing out. */
export async function handler(event: FrameEvent): Promise<FrameAnswer> {
  const answer = await dispatch(ports, IDENTITY, callerOf(event), event.body ?? '');
  return { statusCode: 200, body: JSON.stringify(answer) };
}

async function check(token: string): Promise<CheckedToken> {
  try {
    return await checkToken({ keys, clock }, settings, token);
  } catch (error) {
    // An alarm counts this line, as the authorizer's.
    const name = error instanceof Error ? error.name : typeof error;
    log.write('error', 'signing_keys_unavailable', { error: name });
    throw new Unavailable('unable to get the keys of the issuer', { cause: error });
  }
}
