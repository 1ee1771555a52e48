import { disconnectEvent } from './events.ts';
import type { ConnectionFacts } from './events.ts';
import { disconnectFate } from './faults.ts';
import { routeArn } from './gateway-options.ts';
import type { GatewayOptions } from './gateway-options.ts';
import type { Ending } from './limits.ts';
import { callRoute } from './route-call.ts';

/** Runs `$disconnect` for connections that are over: once each, at best. */
export class Disconnects {
  private readonly options: GatewayOptions;
  private readonly running = new Set<Promise<void>>();

  constructor(options: GatewayOptions) {
    this.options = options;
  }

  /** Tells the API that a connection is over, unless a fault loses or delays it. */
  tell(facts: ConnectionFacts, ending: Ending): void {
    const { log, clock, faults = {}, random = Math.random } = this.options;
    const { connectionId } = facts;
    const outcome = `${ending.code} ${ending.reason}`.trimEnd();
    log?.({ level: 'info', connectionId, routeKey: '$disconnect', outcome });
    const { lost, lateMilliseconds } = disconnectFate(faults, random);
    if (lost) {
      log?.({ level: 'info', connectionId, routeKey: '$disconnect', outcome: 'lost' });
    } else if (lateMilliseconds > 0) {
      clock.after(lateMilliseconds, () => this.start(facts, ending));
    } else {
      this.start(facts, ending);
    }
  }

  /** Resolves when every `$disconnect` that has begun is done. Those still to come are not waited for. */
  async settled(): Promise<void> {
    await Promise.all(this.running);
  }

  private start(facts: ConnectionFacts, ending: Ending): void {
    const run = this.run(facts, ending).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  /** Nobody is left to hear the answer: what fails is only logged. */
  private async run(facts: ConnectionFacts, ending: Ending): Promise<void> {
    const { api, log, clock } = this.options;
    const routeKey = '$disconnect';
    const route = api.routes.find((one) => one.routeKey === routeKey);
    if (route === undefined) return;
    const { functionArn } = route;
    const sourceArn = routeArn(this.options, facts.stage, routeKey);
    const event = disconnectEvent(facts, ending, clock.now());
    const result = await callRoute(this.options, { functionArn, sourceArn }, event);
    if (result.kind === 'answer') return;
    const { connectionId } = facts;
    log?.({ level: 'error', connectionId, routeKey, outcome: result.kind, why: result.why });
  }
}
