/**
 * What may go wrong in the gateway on purpose. It is read anew each time, so that a test or `--chaos`
 * can change it while the gateway runs.
 */
export interface GatewayFaults {
  /** `$disconnect` is best effort on AWS: it can come late or never (FAULTS F-01, F-02). */
  disconnects?: {
    /** The share of `$disconnect` events that never run, from 0 to 1. None by default. */
    readonly lost?: number;
    /** How long after the close `$disconnect` runs, on the gateway's clock. 0 by default. */
    readonly lateMilliseconds?: number;
  };
}

/** What becomes of one `$disconnect`. `random` answers a number from 0 up to, but without, 1. */
export function disconnectFate(
  faults: GatewayFaults,
  random: () => number,
): { readonly lost: boolean; readonly lateMilliseconds: number } {
  const { lost = 0, lateMilliseconds = 0 } = faults.disconnects ?? {};
  return { lost: lost > 0 && random() < lost, lateMilliseconds };
}
