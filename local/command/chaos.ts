import { createFaults } from '../endpoint/faults.ts';
import type { Faults } from '../endpoint/faults.ts';
import type { GatewayFaults } from '../gateway/faults.ts';

/** Of each call: one in a hundred for each kind, about one in twenty together. */
const PROBABILITY = 0.01;

/** `$disconnect` is best effort on AWS; here it is worse. */
export const CHAOS_GATEWAY_FAULTS: GatewayFaults = {
  disconnects: { lost: 0.3, lateMilliseconds: 500 },
};

/** What `--chaos` lets happen: throttling, failures before and after the effect, delays, repeats, lost answers. */
export function chaosFaults(): Faults {
  const faults = createFaults();
  faults.set([
    ...(['dynamodb', 'sqs', 'execute-api', 's3'] as const).flatMap((service) =>
      (['throttle', 'error-before', 'error-after', 'drop'] as const).map((kind) => ({
        service,
        kind,
        probability: PROBABILITY,
      })),
    ),
    { service: 'dynamodb', kind: 'delay', probability: PROBABILITY, milliseconds: 200 },
    { service: 'sqs', kind: 'duplicate', probability: PROBABILITY },
    { service: 'execute-api', kind: 'lost', probability: PROBABILITY },
  ]);
  return faults;
}
