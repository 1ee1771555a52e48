import {
  DeleteConnectionCommand,
  ForbiddenException,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import type { Connections, PostOutcome } from '../core/ports.ts';
import { isPassing, statusOf } from './errors.ts';

/** After so many milliseconds a post counts as failed, whatever it is waiting for. */
const POST_TIMEOUT_MS = 3_000;

/** `@connections`: each answer is a fact about one connection. Only a mistake of ours is thrown. */
export function createConnections(
  client: ApiGatewayManagementApiClient,
  timeoutMs = POST_TIMEOUT_MS,
): Connections {
  const options = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  return {
    post: (ConnectionId, frame) =>
      outcomeOf(
        client.send(
          new PostToConnectionCommand({ ConnectionId, Data: new TextEncoder().encode(frame) }),
          options(),
        ),
      ),
    close: (ConnectionId) =>
      outcomeOf(client.send(new DeleteConnectionCommand({ ConnectionId }), options())),
  };
}

async function outcomeOf(call: Promise<unknown>): Promise<PostOutcome> {
  try {
    await call;
    return 'sent';
  } catch (error) {
    const outcome = outcomeOfError(error);
    if (outcome === undefined) {
      throw error;
    }
    return outcome;
  }
}

function outcomeOfError(error: unknown): PostOutcome | undefined {
  if (error instanceof GoneException) return 'gone';
  if (error instanceof LimitExceededException) return 'limited';
  if (error instanceof ForbiddenException) return 'forbidden';
  if (error instanceof PayloadTooLargeException) return 'rejected';
  return error instanceof Error ? (outcomeOfStatus(error) ?? outcomeOfSilence(error)) : undefined;
}

/** Exceptions that the SDK has no class for. */
function outcomeOfStatus(error: Error): PostOutcome | undefined {
  const status = statusOf(error) ?? 0;
  if (status === 429) return 'limited';
  if (status >= 500) return 'failed';
  // A path that nothing answers (404) is the wrong endpoint, as a 403 may be.
  if (status === 401 || status === 403 || status === 404) return 'forbidden';
  if (status === 410) return 'gone';
  return status >= 400 ? 'rejected' : undefined;
}

function outcomeOfSilence(error: Error): PostOutcome | undefined {
  return isPassing(error) ? 'failed' : undefined;
}
