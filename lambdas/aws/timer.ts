import { setTimeout } from 'node:timers/promises';
import type { Timer } from '../core/ports.ts';

export const systemTimer: Timer = {
  sleep: async (milliseconds) => {
    await setTimeout(milliseconds);
  },
};
