import { headerOf } from './handshake-request.ts';
import type { HandshakeRequest } from './handshake-request.ts';
import type { RequestContext } from './events.ts';
import { isRecord } from './is-record.ts';

const FORM =
  /^(?:route\.request\.(?<part>header|querystring)|(?<variables>stageVariables)|(?<context>context))\.(?<name>.+)$/u;

/** Where an identity source can point. */
export interface IdentityPlaces {
  readonly request: HandshakeRequest;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly requestContext: RequestContext;
}

/**
 * The value of an identity source: `route.request.header.Authorization`,
 * `route.request.querystring.token`, `stageVariables.name` or `context.identity.sourceIp`.
 * @returns `undefined` when the handshake has none, or when the source has no such form.
 */
export function identityOf(source: string, places: IdentityPlaces): string | undefined {
  const { part, variables, context, name = '' } = FORM.exec(source)?.groups ?? {};
  if (part === 'header') return headerOf(places.request.headers, name);
  if (part === 'querystring') return places.request.queryStringParameters[name];
  if (variables !== undefined) return places.stageVariables[name];
  if (context === undefined) return undefined;
  let value: unknown = places.requestContext;
  for (const key of name.split('.')) value = isRecord(value) ? value[key] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
