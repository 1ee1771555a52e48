import { PATIENCE_MILLISECONDS } from './until.ts';

interface Waiter<T> {
  readonly matches: (item: T) => boolean;
  readonly take: (item: T) => void;
  readonly fail: (why: string) => void;
}

/** Things that arrive, kept until a test asks for them: neither can come too early. */
export class WaitingQueue<T> {
  private readonly items: T[] = [];
  private readonly waiters = new Set<Waiter<T>>();
  private ended: string | undefined;

  /** What arrived and was not taken, oldest first. */
  get waiting(): readonly T[] {
    return this.items;
  }

  push(item: T): void {
    for (const waiter of this.waiters) {
      if (!waiter.matches(item)) continue;
      waiter.take(item);
      return;
    }
    this.items.push(item);
  }

  /**
   * Takes the first item that matches, arrived already or yet to come. The others stay.
   * @throws {Error} when none comes in time, or none can come any more; it says what is there instead.
   */
  next(matches: (item: T) => boolean = () => true): Promise<T> {
    const index = this.items.findIndex(matches);
    for (const found of index < 0 ? [] : this.items.splice(index, 1)) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
      };
      const waiter: Waiter<T> = {
        matches,
        take: (item) => {
          leave();
          resolve(item);
        },
        fail: (why) => {
          leave();
          reject(new Error(`${why}; in the queue: ${JSON.stringify(this.items)}`));
        },
      };
      const timer = setTimeout(
        () => waiter.fail('nothing such arrived in time'),
        PATIENCE_MILLISECONDS,
      );
      this.waiters.add(waiter);
      if (this.ended !== undefined) waiter.fail(this.ended);
    });
  }

  /** Nothing more will arrive: whoever waits for it now, or later, is told why. */
  end(why: string): void {
    this.ended = why;
    for (const waiter of this.waiters) waiter.fail(why);
  }
}
