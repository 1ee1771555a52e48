import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { endLeftover } from '../dynamodb/leftover.ts';

/** What a run keeps beside the folders of its stacks. */
const OWN = new Set(['cdk.out', 'dev-issuer-key.json']);
/** What the folder of a stack holds: whatever else stands there is not ours. */
const OF_A_STACK = /^(tables\.db.*|database\.json|queues\.jsonl.*|s3)$/;

/**
 * `--fresh`: removes what earlier runs kept in a data folder, and nothing else, since `--data` may name any folder.
 * Rejects with a `UserError` if another run, on another port, uses what is there.
 * @returns what was left alone, by name
 */
export async function forgetData(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory).catch(() => []);
  const kept = await Promise.all(
    entries.map(async (entry) => OWN.has(entry) || (await isOfAStack(join(directory, entry)))),
  );
  const own = entries.filter((_, place) => kept[place]);
  for (const entry of own) await endLeftover(join(directory, entry), console.warn);
  for (const entry of own) await rm(join(directory, entry), { recursive: true });
  if (own.length > 0 && own.length === entries.length) await rmdir(directory);
  return entries.filter((entry) => !own.includes(entry));
}

async function isOfAStack(path: string): Promise<boolean> {
  // A file is no folder of a stack.
  const entries = await readdir(path).catch(() => undefined);
  return entries !== undefined && entries.every((entry) => OF_A_STACK.test(entry));
}
