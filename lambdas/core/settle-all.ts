/**
 * `Promise.all`, but it settles only after all have: what still runs when a function answers is frozen with
 * it (F-16), and goes on beside the next caller's frame. Rejects with the first failure, in the order given.
 */
export async function settleAll<const Values extends readonly unknown[]>(
  values: Values,
): Promise<{ -readonly [Index in keyof Values]: Awaited<Values[Index]> }> {
  await Promise.allSettled(values);
  return Promise.all(values);
}
