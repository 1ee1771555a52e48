import type { Connections, PostOutcome } from '../../lambdas/core/ports.ts';
import { gated, OPEN_GATES } from './gates.ts';
import type { Gates, PortCall } from './gates.ts';

/** API Gateway takes no larger message (413). */
const MESSAGE_BYTES = 131_072;

/** Sockets that keep what was posted to them. */
export class MemoryConnections implements Connections {
  readonly #gates: Gates;
  readonly #open = new Set<string>();
  readonly #frames = new Map<string, string[]>();
  readonly #outcomes = new Map<string, PostOutcome[]>();

  constructor(gates: Gates = OPEN_GATES) {
    this.#gates = gates;
  }

  post(connectionId: string, frame: string): Promise<PostOutcome> {
    return gated(this.#gates, call('post', connectionId, frame), () => {
      const outcome = this.#outcomeOf(connectionId);
      if (outcome !== 'sent') {
        return outcome;
      }
      if (new TextEncoder().encode(frame).byteLength > MESSAGE_BYTES) {
        return 'rejected';
      }
      this.#frames.set(connectionId, [...this.framesOf(connectionId), frame]);
      return 'sent';
    });
  }

  close(connectionId: string): Promise<PostOutcome> {
    return gated(this.#gates, call('close', connectionId), () => {
      const outcome = this.#outcomeOf(connectionId);
      if (outcome === 'sent') {
        this.#open.delete(connectionId);
      }
      return outcome;
    });
  }

  // ── What a test does and sees ──────────────────────────────────────────────────────────────────

  /** A client has connected. */
  open(connectionId: string): void {
    this.#open.add(connectionId);
  }

  /** A client has gone; posts to it answer `gone`. What it got stays readable. */
  drop(connectionId: string): void {
    this.#open.delete(connectionId);
  }

  isOpen(connectionId: string): boolean {
    return this.#open.has(connectionId);
  }

  /** The next calls about that connection answer these, in order, without effect. */
  answer(connectionId: string, ...outcomes: readonly Exclude<PostOutcome, 'sent'>[]): void {
    this.#outcomes.set(connectionId, [...(this.#outcomes.get(connectionId) ?? []), ...outcomes]);
  }

  /** What was posted to that connection so far, in order. */
  framesOf(connectionId: string): readonly string[] {
    return this.#frames.get(connectionId) ?? [];
  }

  #outcomeOf(connectionId: string): PostOutcome {
    return (
      this.#outcomes.get(connectionId)?.shift() ?? (this.#open.has(connectionId) ? 'sent' : 'gone')
    );
  }
}

function call(method: string, ...args: readonly unknown[]): PortCall {
  return { port: 'connections', method, args };
}
