import { Unavailable, type Batch, type Random, type Timer } from './ports.ts';

/** So many batch reads in a row may bring nothing. */
const ATTEMPTS = 6;
const FIRST_DELAY_MS = 25;

/** A delay before try `attempt` (1, 2, …): doubling, with jitter over its upper half. */
export function backoffMs(random: Random, attempt: number, firstDelayMs = FIRST_DELAY_MS): number {
  const longest = firstDelayMs * 2 ** (attempt - 1);
  return longest / 2 + (random.fraction() * longest) / 2;
}

/** What was read of many keys, and the keys that could not be read now. */
export interface ReadInPart<Row, Name> {
  readonly found: ReadonlyMap<Name, Row>;
  readonly unread: ReadonlySet<Name>;
}

type Read<Row, Name> = (keys: readonly Name[]) => Promise<Batch<Row, Name>>;

/**
 * Reads all of the keys through a batch read, again and again for those left unprocessed (F-48).
 * @throws Unavailable when some stay unprocessed
 */
export async function readAll<Row, Name>(
  ports: { timer: Timer; random: Random },
  keys: readonly Name[],
  batchSize: number,
  read: Read<Row, Name>,
): Promise<ReadonlyMap<Name, Row>> {
  const { found, unread } = await readInPart(ports, keys, batchSize, read);
  if (unread.size > 0) throw new Unavailable('unable to read a batch; items stay unprocessed');
  return found;
}

/**
 * As {@link readAll}, for readers who can do without some: those of a hot partition keep nobody from the
 * others (F-49).
 * @throws Unavailable when nothing could be read
 */
export async function readInPart<Row, Name>(
  ports: { timer: Timer; random: Random },
  keys: readonly Name[],
  batchSize: number,
  read: Read<Row, Name>,
): Promise<ReadInPart<Row, Name>> {
  const found = new Map<Name, Row>();
  const unread = new Set<Name>();
  for (let start = 0; start < keys.length; start += batchSize) {
    let waiting = keys.slice(start, start + batchSize);
    let answer: Batch<Row, Name> | undefined = await read(waiting);
    for (let fruitless = 0; answer !== undefined;) {
      for (const [key, row] of answer.found) found.set(key, row);
      fruitless = answer.unprocessed.length < waiting.length ? 0 : fruitless + 1;
      waiting = [...answer.unprocessed];
      if (waiting.length === 0 || fruitless === ATTEMPTS) break;
      await ports.timer.sleep(backoffMs(ports.random, fruitless + 1));
      answer = await readRest(read, waiting);
    }
    for (const key of waiting) unread.add(key);
  }
  if (keys.length > 0 && unread.size === keys.length) {
    throw new Unavailable('unable to read a batch; nothing of it is processed');
  }
  return { found, unread };
}

/** What was left of a batch may be hot as a whole: then it is refused, and not only left again. */
async function readRest<Row, Name>(
  read: Read<Row, Name>,
  keys: readonly Name[],
): Promise<Batch<Row, Name> | undefined> {
  try {
    return await read(keys);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return undefined;
  }
}
