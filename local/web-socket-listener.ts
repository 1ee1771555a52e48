import type { UpgradeListener } from './front-door.ts';
import type { Gateway } from './gateway/gateway.ts';

/**
 * Gives each connection to its API: `/_api/{apiId}/{stage}` names it, as in the local endpoint's paths; anything
 * else is for the template's first.
 */
export function webSocketListener(gateways: ReadonlyMap<string, Gateway>): UpgradeListener {
  const [first] = gateways.values();
  return (request, socket, head) => {
    const [, apiId, path] = /^\/_api\/([^/?]+)(.*)$/.exec(request.url ?? '') ?? [];
    const gateway = apiId === undefined ? first : gateways.get(apiId);
    if (gateway === undefined) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    if (path !== undefined) request.url = path === '' ? '/' : path;
    gateway.handleUpgrade(request, socket, head);
  };
}
