import type { Clock } from '../clock.ts';
import type { Caller } from './caller.ts';
import { emptySuccess } from './connections-service.ts';
import type { Faults } from './faults.ts';
import type { AwsAnswer, Operation, Service } from './service.ts';

/** A call that may be carried out. */
export interface AuthorizedCall {
  readonly service: Service;
  readonly operation: Operation;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** Carries calls out, with what befalls them by the rules of `faults`. `reset`: the connection is to be cut. */
export function withFaults(
  faults: Faults,
  clock: Clock,
): (call: AuthorizedCall) => Promise<AwsAnswer | 'reset'> {
  return async ({ service, operation, caller, signal }) => {
    const { delayMilliseconds, kind, partition } = faults.strike(service.name, operation);
    if (delayMilliseconds > 0) {
      await new Promise<void>((resolve) => {
        clock.after(delayMilliseconds, resolve);
      });
    }
    const run = async (): Promise<AwsAnswer> => operation.run(caller, signal);
    if (kind === undefined) return run();
    switch (kind) {
      case 'throttle':
        if (partition !== undefined && operation.runInPart !== undefined)
          return operation.runInPart(caller, signal, partition);
        throw service.throttled(operation);
      case 'error-before':
        throw service.failed();
      case 'error-after':
        await run();
        throw service.failed();
      case 'drop':
        return 'reset';
      case 'drop-after':
        await run();
        return 'reset';
      case 'duplicate':
        await run();
        return run();
      case 'conflict': {
        const conflict = service.conflicted?.(operation);
        if (conflict !== undefined) throw conflict;
        return run();
      }
      case 'partial':
        return operation.runInPart === undefined ? run() : operation.runInPart(caller, signal);
      case 'lost':
        return service.name === 'execute-api' ? emptySuccess(operation) : run();
    }
  };
}
