import type { Resources } from '../assembly/resources.ts';
import type { Clock } from '../clock.ts';
import type { Meter } from '../endpoint/meter.ts';
import type { Invoke } from '../lambda/invoke.ts';
import { startPoller } from './poller.ts';
import type { Poller } from './poller.ts';
import type { Queues } from './queues.ts';

/** Starts a poller for every event source mapping of the template. `stop` ends all of them. */
export function startPollers(options: {
  readonly resources: Resources;
  readonly queues: Queues;
  readonly meter: Meter;
  readonly invoke: Invoke;
  readonly clock: Clock;
  readonly log?: (line: string) => void;
}): Poller {
  const { resources, queues, log = () => {}, ...rest } = options;
  const pollers = resources.eventSourceMappings.flatMap((mapping) => {
    const queue = queues.byArn(mapping.queueArn);
    const fn = resources.functions.find((candidate) => candidate.arn === mapping.functionArn);
    const role = resources.roles.find((candidate) => candidate.arn === fn?.roleArn);
    if (queue === undefined || role === undefined) {
      log(
        `The event source mapping ${mapping.logicalId} is left out: its ${queue === undefined ? `queue ${mapping.queueArn}` : 'function or its role'} is not in the template.`,
      );
      return [];
    }
    return [startPoller({ ...rest, mapping, queue, role, region: resources.region, log })];
  });
  return {
    stop: async () => {
      await Promise.all(pollers.map((poller) => poller.stop()));
    },
  };
}
