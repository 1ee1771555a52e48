import type { Resources } from './assembly/resources.ts';

/**
 * Turns the addresses that the stack's own APIs would have on AWS into where they are on this machine, so
 * that an environment variable made from a template leads here: `https://…execute-api…` to the endpoint's
 * `@connections`, `wss://…` to the gateway.
 *
 * @param urls the gateways' addresses, by API id
 */
export function localizer(
  resources: Pick<Resources, 'region' | 'webSocketApis'>,
  endpointUrl: string,
  urls: ReadonlyMap<string, string>,
): (value: string) => string {
  const { region, webSocketApis } = resources;
  return (value) =>
    webSocketApis.reduce((text, { apiId }) => {
      const host = `${apiId}.execute-api.${region}.amazonaws.com`;
      return text
        .replaceAll(`https://${host}`, `${endpointUrl}/_api/${apiId}`)
        .replaceAll(`wss://${host}`, urls.get(apiId) ?? `wss://${host}`);
    }, value);
}
