/** One call of a port, as a gate sees it. */
export interface PortCall {
  readonly port:
    | 'conversations'
    | 'users'
    | 'attachments'
    | 'queue'
    | 'receipts'
    | 'connections'
    | 'tokens'
    | 'timer';
  readonly method: string;
  readonly args: readonly unknown[];
}

/**
 * Where a test steps in between the calls. Each memory method waits for `before`, has its whole effect in
 * one step, and waits for `after`. So a gate that rejects in `before` is a call that failed without effect,
 * in `after` one that failed with it, and one that never settles is a kill.
 */
export interface Gates {
  readonly before: (call: PortCall) => Promise<void>;
  readonly after: (call: PortCall) => Promise<void>;
}

export const OPEN_GATES: Gates = {
  before: async () => {},
  after: async () => {},
};

/** Runs one effect between the two gates. */
export async function gated<Result>(
  gates: Gates,
  call: PortCall,
  effect: () => Result,
): Promise<Result> {
  await gates.before(call);
  const result = effect();
  await gates.after(call);
  return result;
}
