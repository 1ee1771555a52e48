/** Does something with each value, at most `limit` at once. Rejects with the first failure, after all have ended. */
export async function eachLimited<Value>(
  values: readonly Value[],
  limit: number,
  action: (value: Value) => Promise<void>,
): Promise<void> {
  const rest = values.values();
  const lanes = Array.from({ length: Math.min(limit, values.length) }, async () => {
    for (const value of rest) await action(value);
  });
  const outcomes = await Promise.allSettled(lanes);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
