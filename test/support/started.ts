/**
 * What a test, or a file of tests, has started. `stop`, in an `afterEach` or `afterAll`, ends all of it, the newest
 * first, whatever became of the test: also what was still starting when the test ran out of time, and the rest when
 * one of them does not end well. What is left running keeps jest from ending, and the machine busy.
 */
export class Started {
  private readonly ends: (() => Promise<unknown>)[] = [];

  /** Answers what starts. */
  add<T extends { stop(): Promise<unknown> }>(starting: Promise<T>): Promise<T> {
    // One that does not start is told to whoever waits for it.
    this.ends.push(async () => (await starting.catch(() => undefined))?.stop());
    return starting;
  }

  /** @throws {AggregateError} when something does not end well; the rest has ended. */
  async stop(): Promise<void> {
    const errors: unknown[] = [];
    for (const end of this.ends.splice(0).toReversed()) {
      await end().catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw new AggregateError(errors, 'unable to stop what was started');
  }
}
