import { randomBytes } from 'node:crypto';
import type { Random } from '../core/ports.ts';

/** From the system's generator: nobody can foresee an id. */
export const systemRandom: Random = {
  fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  id: () => randomBytes(16).toString('base64url'),
};
