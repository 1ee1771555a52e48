import type { Resources } from './assembly/resources.ts';

/** Where the parts of the local cloud listen. */
export interface Addresses {
  /** The local AWS endpoint, e.g. `http://127.0.0.1:4566`. */
  readonly endpointUrl: string;
  /** Of the WebSocket APIs, e.g. `ws://127.0.0.1:4000`. */
  readonly webSocketUrl: string;
  /** Further texts to replace, e.g. an issuer that the template names. Default: none. */
  readonly others?: Readonly<Record<string, string>>;
}

/**
 * Turns what is an address on AWS into one on this machine, wherever it stands in a text: the queues' URLs
 * (`{endpoint}/{account}/{name}`), and those of the WebSocket APIs (for the SDK's `@connections` client
 * `{endpoint}/_api/{apiId}/{stage}`, for a WebSocket client the same path behind `webSocketUrl`).
 */
export function localAddresses(
  resources: Pick<Resources, 'queues' | 'webSocketApis'>,
  { endpointUrl, webSocketUrl, others = {} }: Addresses,
): (text: string) => string {
  const origins = new Set(resources.queues.map(({ url }) => new URL(url).origin));
  const replacements: readonly (readonly [from: RegExp, to: string])[] = [
    ...[...origins].map((origin) => [literal(`${origin}/`), `${endpointUrl}/`] as const),
    ...resources.webSocketApis.flatMap(({ apiId }) => {
      const host = `//${apiId}\\.execute-api\\.[a-z0-9-]+\\.amazonaws\\.com`;
      return [
        [new RegExp(`https:${host}`, 'g'), `${endpointUrl}/_api/${apiId}`],
        [new RegExp(`wss:${host}`, 'g'), `${webSocketUrl}/_api/${apiId}`],
      ] as const;
    }),
    ...Object.entries(others).map(([from, to]) => [literal(from), to] as const),
  ];
  return (text) =>
    // A function, so that a `$` in an address means itself.
    replacements.reduce((value, [from, to]) => value.replace(from, () => to), text);
}

function literal(text: string): RegExp {
  return new RegExp(text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`), 'g');
}
