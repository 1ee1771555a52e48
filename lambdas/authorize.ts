import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayAuthorizerResultContext,
} from 'aws-lambda';
import { systemClock } from './aws/clock.ts';
import { createLog } from './aws/log.ts';
import { createSigningKeys } from './aws/signing-keys.ts';
import { authorizeSettingsFrom } from './aws/settings-from.ts';
import { authorize } from './core/authorize.ts';
import type { Authorization, ConnectRequest } from './core/authorize.ts';
import { ENV, required } from './env.ts';

const clock = systemClock;
const log = createLog(clock);
const keys = createSigningKeys(required(process.env, ENV.jwksUrl), clock);
const settings = authorizeSettingsFrom(process.env);

/** The REQUEST authorizer of `$connect`. */
export async function handler(
  event: Pick<APIGatewayRequestAuthorizerEvent, 'methodArn' | 'headers' | 'queryStringParameters'>,
): Promise<APIGatewayAuthorizerResult> {
  const authorization = await decide({
    headers: event.headers ?? {},
    query: event.queryStringParameters ?? {},
  });
  switch (authorization.kind) {
    case 'allowed':
      return policy('Allow', event.methodArn, authorization.context.userId, {
        ...authorization.context,
      });
    case 'forbidden':
      log.write('info', 'connection_refused', { reason: authorization.reason });
      return policy('Deny', event.methodArn, 'nobody');
    case 'unauthorized':
      log.write('info', 'connection_refused', { reason: authorization.reason });
      throw unauthorized();
  }
}

/** API Gateway makes a 401 of exactly this text, and a 500 of any other. */
function unauthorized(): Error {
  const error = new Error('Unauthorized');
  // The runtime logs it: where a token was refused is no news, and stands in the line above it.
  error.stack = String(error);
  return error;
}

async function decide(request: ConnectRequest): Promise<Authorization> {
  try {
    return await authorize({ keys, clock }, settings, request);
  } catch (error) {
    // Nobody can connect while the issuer's keys cannot be had. API Gateway answers with a 500.
    log.write('error', 'signing_keys_unavailable', {
      error: error instanceof Error ? error.name : typeof error,
    });
    throw error;
  }
}

function policy(
  effect: 'Allow' | 'Deny',
  methodArn: string,
  principalId: string,
  context: APIGatewayAuthorizerResultContext = {},
): APIGatewayAuthorizerResult {
  return {
    principalId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: methodArn }],
    },
    context,
  };
}
