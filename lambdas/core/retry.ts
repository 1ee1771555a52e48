import { Unavailable, type Batch, type Random, type Timer } from './ports.ts';

/** So many batch reads in a row may bring nothing. */
const ATTEMPTS = 6;
const FIRST_DELAY_MS = 25;

/** A delay before try `attempt` (1, 2, …): doubling, with jitter over its upper half. */
export function backoffMs(random: Random, attempt: number, firstDelayMs = FIRST_DELAY_MS): number {
  const longest = firstDelayMs * 2 ** (attempt - 1);
  return longest / 2 + (random.fraction() * longest) / 2;
}

/**
 * Reads all of the keys through a batch read, again and again for those left unprocessed (F-48).
 * @throws Unavailable when some stay unprocessed
 */
export async function readAll<Row>(
  ports: { timer: Timer; random: Random },
  keys: readonly string[],
  batchSize: number,
  read: (keys: readonly string[]) => Promise<Batch<Row>>,
): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  for (let start = 0; start < keys.length; start += batchSize) {
    let waiting = keys.slice(start, start + batchSize);
    for (let fruitless = 0; waiting.length > 0;) {
      const batch = await read(waiting);
      for (const [key, row] of batch.found) found.set(key, row);
      fruitless = batch.unprocessed.length < waiting.length ? 0 : fruitless + 1;
      waiting = [...batch.unprocessed];
      if (fruitless === ATTEMPTS) {
        throw new Unavailable('unable to read a batch; items stay unprocessed');
      }
      if (waiting.length > 0) {
        await ports.timer.sleep(backoffMs(ports.random, fruitless + 1));
      }
    }
  }
  return found;
}
