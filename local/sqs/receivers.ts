import type { Clock } from '../clock.ts';
import type { ReceivedMessage } from './message.ts';

interface Receiver {
  /** Takes what it can; `false` if there was nothing. */
  readonly serve: () => boolean;
  readonly giveUp: () => void;
}

/** Those who wait on a queue by long poll, longest waiting first. */
export class Receivers {
  private readonly clock: Clock;
  private readonly waiting = new Set<Receiver>();
  private waking = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Resolves with what `take` yields once it yields something; empty when the time is over or it is given up. */
  async wait(
    take: () => readonly ReceivedMessage[],
    milliseconds: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly ReceivedMessage[]> {
    return new Promise((resolve) => {
      const end = (messages: readonly ReceivedMessage[]): void => {
        this.waiting.delete(receiver);
        cancel();
        signal?.removeEventListener('abort', giveUp);
        resolve(messages);
      };
      const giveUp = (): void => end([]);
      const receiver: Receiver = {
        giveUp,
        serve: () => {
          const messages = take();
          if (messages.length > 0) end(messages);
          return messages.length > 0;
        },
      };
      const cancel = this.clock.after(milliseconds, giveUp);
      signal?.addEventListener('abort', giveUp);
      this.waiting.add(receiver);
    });
  }

  /** Serves as many as there is something to take for. */
  wake(): void {
    for (const receiver of this.waiting) {
      if (!receiver.serve()) return;
    }
  }

  /** After all that is being sent at once, so that a receiver gets a batch as a batch. */
  wakeSoon(): void {
    if (this.waking || this.waiting.size === 0) return;
    this.waking = true;
    queueMicrotask(() => {
      this.waking = false;
      this.wake();
    });
  }

  /** Ends every wait with nothing. */
  close(): void {
    for (const receiver of this.waiting) receiver.giveUp();
  }
}
