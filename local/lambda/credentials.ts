import { createHash } from 'node:crypto';

/** What a function signs its calls with. */
export interface Credentials {
  /** 20 characters, `ASIA…` as AWS gives to an assumed role. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The credentials of a function's execution role as that function gets them: one set per function, the same
 * in every run, so that the local endpoint knows the caller by the key id of a signature alone.
 */
export function credentialsOf(functionArn: string): Credentials {
  const digest = (purpose: string): Buffer =>
    createHash('sha256').update(`${purpose}\n${functionArn}`).digest();
  const id = [...digest('access key id').subarray(0, 16)]
    .map((byte) => BASE32.charAt(byte % BASE32.length))
    .join('');
  return {
    accessKeyId: `ASIA${id}`,
    secretAccessKey: digest('secret access key').toString('base64').slice(0, 40),
    sessionToken: digest('session token').toString('base64'),
  };
}
