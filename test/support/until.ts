/**
 * Longer than anything takes that a test waits for, on a machine however busy, and less than a test gets: what has not
 * come about by then never will, and is named.
 */
export const PATIENCE_MILLISECONDS = 60_000;

/**
 * Waits until `condition` answers something true, asking every few milliseconds.
 * Gives up after a minute: a test that jest has given up would otherwise ask for ever and keep jest from ending.
 */
export async function until<T>(condition: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = Date.now() + PATIENCE_MILLISECONDS;
  while (Date.now() < end) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`this has not come about: ${condition.toString()}`);
}
