import type { Layers } from './client.ts';
import type { FaultClass } from './faults.ts';

/** What happens after healing, which is all that the layer under test needs. */
export type Recovery =
  /** Nothing: what was written in the chaos must have been delivered by then. */
  | 'none'
  /** One event is delivered. */
  | 'one_event'
  /** Each client's heartbeats come around once. */
  | 'one_heartbeat'
  /** Each client connects anew once. */
  | 'one_reconnect'
  /** Everything goes on as ever. */
  | 'everything';

export interface Profile {
  readonly about: string;
  /** What may go wrong: each schedule switches on about half of these, each at a rate of {@link RATES}. */
  readonly faults: readonly FaultClass[];
  /** What goes wrong in each schedule, and how often: per call, frame or step. */
  readonly always?: Partial<Readonly<Record<FaultClass, readonly number[]>>>;
  readonly layers: Layers;
  readonly recovery: Recovery;
}

const WRITES = ['fail_before', 'fail_after', 'repeat', 'conflict'] as const;
const READS = ['stale_read', 'partial_batch', 'empty_page'] as const;
const DEATHS = ['kill_before', 'kill_after'] as const;
const BACKEND = [
  ...WRITES,
  ...READS,
  ...DEATHS,
  'delay',
  'clock_skew',
  'nudge_twice',
  'post_limited',
  'post_failed',
] as const;
const NETWORK = ['frame_lost', 'frame_twice', 'reorder'] as const;
const CONNECTIONS = ['cut', 'disconnect_lost', 'disconnect_late', 'token_end'] as const;

const EVERY_LAYER: Layers = { gaps: true, heads: true, sync: true };
const NO_LAYER: Layers = { gaps: false, heads: false, sync: false };
/** How often a fault strikes: per call of a port, per frame, or per client and second. */
export const RATES: readonly number[] = [0.005, 0.02, 0.05];
/** What strikes where there are few occasions: a connection, a transaction. */
export const RATES_OF_RARE: readonly number[] = [0.1, 0.3];
export const RARE: ReadonlySet<FaultClass> = new Set([
  'conflict',
  'token_end',
  'nudge_twice',
  'disconnect_lost',
  'disconnect_late',
  'restore',
]);
const MANY: readonly number[] = [0.05, 0.2, 0.5];

/** Healing hides faults: a chat without any fan-out converges by sync alone. So each layer also runs without the others. */
export const PROFILES = {
  all: {
    about: 'everything may fail, and everything heals',
    faults: [
      ...BACKEND,
      ...NETWORK,
      ...CONNECTIONS,
      'post_lost',
      'restart',
      'fresh_start',
      'restore',
    ],
    layers: EVERY_LAYER,
    recovery: 'everything',
  },
  fault_free: {
    about: 'nothing fails: everything at the first try, once, at once',
    faults: [],
    layers: NO_LAYER,
    recovery: 'none',
  },
  fan_out_alone: {
    about: 'the backend fails; nobody looks for what is missing',
    faults: BACKEND,
    layers: NO_LAYER,
    recovery: 'none',
  },
  gap_alone: {
    about: 'posts are lost; one delivered event shows the gap',
    faults: [...BACKEND, ...NETWORK],
    always: { post_lost: MANY },
    layers: { ...NO_LAYER, gaps: true },
    recovery: 'one_event',
  },
  heads_alone: {
    about: 'posts are lost; one heartbeat compares the heads',
    faults: [...BACKEND, ...NETWORK],
    always: { post_lost: MANY },
    layers: { ...NO_LAYER, heads: true },
    recovery: 'one_heartbeat',
  },
  sync_alone: {
    about: 'connections break; one new one syncs',
    faults: [...BACKEND, ...NETWORK, ...CONNECTIONS, 'restart', 'fresh_start'],
    always: { post_lost: MANY, cut: [0.02, 0.1] },
    layers: { ...NO_LAYER, sync: true },
    recovery: 'one_reconnect',
  },
  backend_only: {
    about: 'the backend fails, and every layer heals',
    faults: BACKEND,
    layers: EVERY_LAYER,
    recovery: 'everything',
  },
  ambiguous_writes: {
    about: 'half of the calls that write fail, and have happened',
    faults: [],
    always: { fail_after: [0.5], repeat: [0.1] },
    layers: NO_LAYER,
    recovery: 'none',
  },
  stale_rows: {
    about: 'connections break and their sessions stay behind',
    faults: ['disconnect_late', 'stale_read', 'fresh_start'],
    always: { cut: [0.02, 0.1], disconnect_lost: [0.5, 1] },
    layers: EVERY_LAYER,
    recovery: 'everything',
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;
