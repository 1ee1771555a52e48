import { MemoryClock } from '../memory/clock.ts';

interface Task {
  readonly at: number;
  readonly order: number;
  action: (() => void) | undefined;
}

/** More tasks than that in one run are a loop that does not come to an end. */
const MOST_TASKS = 400_000;

/**
 * Virtual time: tasks run in the order of their time, and of their planning where that is the same. After
 * each one everything that it set going runs as far as it can, so a run depends on nothing but its seeds.
 */
export class Scheduler {
  readonly clock = new MemoryClock();
  /** Latest first. */
  readonly #tasks: Task[] = [];
  #planned = 0;
  #ran = 0;

  /** Runs `action` in so many milliseconds, unless the answer is called before. */
  after(milliseconds: number, action: () => void): () => void {
    this.#planned += 1;
    const task: Task = {
      at: this.clock.now() + Math.max(0, Math.round(milliseconds)),
      order: this.#planned,
      action,
    };
    this.#tasks.splice(this.#placeOf(task), 0, task);
    return () => {
      task.action = undefined;
    };
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(milliseconds, resolve);
    });
  }

  /** Runs what is due within the next so many milliseconds. */
  async run(milliseconds: number): Promise<void> {
    const end = this.clock.now() + milliseconds;
    for (let next = this.#tasks.at(-1); next && next.at <= end; next = this.#tasks.at(-1)) {
      this.#tasks.pop();
      if (next.action === undefined) continue;
      this.#ran += 1;
      if (this.#ran > MOST_TASKS) throw new Error('the run does not come to an end');
      this.clock.set(next.at);
      next.action();
      await everythingSettled();
    }
    this.clock.set(end);
  }

  /** Tasks stand latest first, so the next one is at the end. */
  #placeOf(task: Task): number {
    let low = 0;
    let high = this.#tasks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#tasks[middle];
      if (other && (other.at > task.at || (other.at === task.at && other.order > task.order)))
        low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * Resolves when no promise has anything left to do: a tick comes after all of them. Nothing in a run waits for
 * the outside, so there is no need to let the event loop turn, which takes a quarter of a run.
 */
function everythingSettled(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
