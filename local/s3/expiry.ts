import type { Clock } from '../clock.ts';
import type { Bucket } from './buckets.ts';

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const SWEEP_EVERY_MILLISECONDS = 60_000;

/**
 * Deletes what the buckets' lifecycle rules let expire. S3 counts whole days and rounds up to the next midnight
 * (UTC), so that a day is up to two.
 * Source: S3 User Guide, "Lifecycle configuration elements", "Based on an object's age".
 *
 * @returns what ends it
 */
export function startExpiry(
  buckets: readonly Pick<Bucket, 'resource' | 'objects'>[],
  clock: Clock,
): () => void {
  if (buckets.every(({ resource }) => resource.expirations.length === 0)) return () => {};
  let cancel = schedule();

  function schedule(): () => void {
    return clock.after(SWEEP_EVERY_MILLISECONDS, () => {
      for (const bucket of buckets) sweep(bucket);
      cancel = schedule();
    });
  }

  function sweep({ resource, objects }: Pick<Bucket, 'resource' | 'objects'>): void {
    for (const { key, modifiedAt } of objects.list()) {
      const days = resource.expirations
        .filter(({ prefix }) => key.startsWith(prefix))
        .map((rule) => rule.days);
      if (clock.now() >= midnightAfter(modifiedAt, Math.min(...days))) objects.delete(key);
    }
  }

  return () => cancel();
}

function midnightAfter(time: number, days: number): number {
  return Math.ceil((time + days * DAY_MILLISECONDS) / DAY_MILLISECONDS) * DAY_MILLISECONDS;
}
