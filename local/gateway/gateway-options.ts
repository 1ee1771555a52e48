import type { Resources, WebSocketApiResource } from '../assembly/resources.ts';
import type { Clock } from '../clock.ts';
import type { Invoke } from '../lambda/invoke.ts';
import type { GatewayFaults } from './faults.ts';

/** One line about one event of a connection. It never holds a body, a header or a query string. */
export interface GatewayLine {
  readonly level: 'info' | 'error';
  readonly connectionId: string;
  readonly routeKey: string;
  /** `accepted`, `refused 401`, `answered 200`, `Forbidden`, `1001 Going away`, `lost` … */
  readonly outcome: string;
  /** What went wrong, for the developer. */
  readonly why?: string;
}

export interface GatewayOptions {
  readonly api: WebSocketApiResource;
  readonly resources: Pick<Resources, 'account' | 'permissions' | 'region' | 'roles'>;
  readonly invoke: Invoke;
  readonly clock: Clock;
  /** Nothing is logged by default. */
  readonly log?: (line: GatewayLine) => void;
  /** None by default. May be changed while the gateway runs. */
  readonly faults?: GatewayFaults;
  /** Decides which `$disconnect` is lost: from 0 up to, but without, 1. `Math.random` by default. */
  readonly random?: () => number;
  /** Bytes a client may leave unread before posts to it answer `limit`. 1 MiB by default: AWS tells no figure. */
  readonly bufferBytes?: number;
}

/** `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{route key}`: what a route is to IAM. */
export function routeArn(options: GatewayOptions, stage: string, routeKey: string): string {
  const { region, account } = options.resources;
  return `arn:aws:execute-api:${region}:${account}:${options.api.apiId}/${stage}/${routeKey}`;
}
