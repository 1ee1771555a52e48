import type { ChatSettings } from '../../lambdas/core/ports.ts';
import { MemoryAttachmentStore } from './attachment-store.ts';
import {
  DEFAULT_LIMITS,
  type LimitName,
  type SettableLimits,
} from '../../protocol/settable-limits.ts';
import { MemoryClock } from './clock.ts';
import { MemoryConnections } from './connections.ts';
import { MemoryConversationStore } from './conversation-store.ts';
import type { MemoryConversationStoreOptions } from './conversation-store.ts';
import { MemoryFanOutQueue } from './fan-out-queue.ts';
import type { MemoryFanOutQueueOptions } from './fan-out-queue.ts';
import { OPEN_GATES } from './gates.ts';
import type { Gates } from './gates.ts';
import { MemoryLog } from './log.ts';
import { MemoryRandom } from './random.ts';
import { SETTINGS } from './settings.ts';
import { MemoryTokens } from './tokens.ts';
import { MemoryTimer } from './timer.ts';
import { MemoryUserStore } from './user-store.ts';
import type { MemoryUserStoreOptions } from './user-store.ts';

export interface MemoryPortsOptions {
  /** Around every call of every port but the synchronous ones (clock, random, log). */
  readonly gates?: Gates;
  /** Milliseconds since 1970. */
  readonly start?: number;
  /** 1 by default. */
  readonly seed?: number;
  /** The others are as in a stack that was told nothing. */
  readonly settings?: Partial<Omit<ChatSettings, 'limits'>>;
  /** Those that are not the default. Unless said otherwise, nobody is limited in how often. */
  readonly limits?: Partial<SettableLimits>;
  readonly conversations?: Omit<MemoryConversationStoreOptions, 'gates'>;
  readonly users?: Omit<MemoryUserStoreOptions, 'gates'>;
  readonly queue?: Omit<MemoryFanOutQueueOptions, 'gates'>;
}

const LIMITS_OF_TESTS: SettableLimits = {
  ...DEFAULT_LIMITS,
  messagesPerMinute: 1_000_000,
  connectionsPerUser: 100,
};

export type MemoryPorts = ReturnType<typeof createMemoryPorts>;

/** A world of its own: what an action and the fan-out worker need (`Ports`, `FanOutPorts`, `receipts`). */
export function createMemoryPorts(options: MemoryPortsOptions = {}) {
  const { gates = OPEN_GATES } = options;
  const clock = new MemoryClock(options.start);
  const users = new MemoryUserStore({ ...options.users, gates });
  const queue = new MemoryFanOutQueue(clock, { ...options.queue, gates });
  return {
    conversations: new MemoryConversationStore(users, { ...options.conversations, gates }),
    users,
    attachments: new MemoryAttachmentStore(clock, gates),
    queue,
    receipts: queue,
    connections: new MemoryConnections(gates),
    clock,
    random: new MemoryRandom(options.seed),
    timer: new MemoryTimer(clock, gates),
    tokens: new MemoryTokens(clock, gates),
    log: new MemoryLog(),
    /** A test may change the limits as it goes. */
    settings: {
      ...SETTINGS,
      ...options.settings,
      limits: { ...LIMITS_OF_TESTS, ...options.limits } as Record<LimitName, number>,
    },
  };
}
