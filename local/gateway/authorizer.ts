import type { WebSocketRoute } from '../assembly/resources.ts';
import { evaluate } from '../endpoint/policy.ts';
import { readPolicy } from './authorizer-policy.ts';
import type { ConnectionFacts, RequestContext } from './events.ts';
import type { HandshakeRequest } from './handshake-request.ts';
import { identityOf } from './identity-source.ts';
import { isRecord } from './is-record.ts';
import { limits } from './limits.ts';
import { callFunction, noPermission } from './route-call.ts';
import type { CallOptions } from './route-call.ts';

type Authorizer = NonNullable<WebSocketRoute['authorizer']>;

export type Authorization =
  | {
      readonly kind: 'allowed';
      /** `principalId` and the authorizer's context, each value as a string. */
      readonly context: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'refused'; readonly status: 401 | 403 | 500; readonly why: string };

/**
 * Asks a REQUEST authorizer about a handshake.
 *
 * A missing identity source is a 401 without a call; the error `Unauthorized`, spelled exactly so, a 401;
 * a policy that does not allow `methodArn` a 403; everything else that goes wrong a 500.
 */
export async function authorize(
  options: CallOptions,
  authorizer: Authorizer,
  methodArn: string,
  facts: ConnectionFacts,
  request: HandshakeRequest,
  requestContext: RequestContext,
): Promise<Authorization> {
  const { stageVariables } = facts;
  const missing = authorizer.identitySources.find(
    (source) => !identityOf(source, { request, stageVariables, requestContext }),
  );
  if (missing !== undefined) return refused(401, `the identity source ${missing} is missing`);

  const { functionArn, credentialsArn, arn: sourceArn } = authorizer;
  const target = { functionArn, sourceArn, credentialsArn };
  const result = await callFunction(options, target, {
    type: 'REQUEST',
    methodArn,
    headers: request.headers,
    multiValueHeaders: request.multiValueHeaders,
    queryStringParameters: request.queryStringParameters,
    multiValueQueryStringParameters: request.multiValueQueryStringParameters,
    stageVariables,
    requestContext,
  });
  if (result === 'timed-out') return refused(500, 'the authorizer timed out');
  if (result === 'not-permitted') return refused(500, noPermission(target));
  if (!result.ok) {
    const status = result.errorMessage === 'Unauthorized' ? 401 : 500;
    return refused(status, `the authorizer: ${result.errorType}: ${result.errorMessage}`);
  }
  return readAnswer(result.payload, methodArn, facts.identity.sourceIp);
}

function readAnswer(payload: unknown, methodArn: string, sourceIp: string): Authorization {
  if (Buffer.byteLength(JSON.stringify(payload ?? null)) > limits.authorizerResultBytes) {
    return refused(500, 'the authorizer answered more than 8 KB');
  }
  if (!isRecord(payload)) return refused(500, 'the authorizer answered no object');
  const { principalId, policyDocument, context } = payload;
  if (typeof principalId !== 'string') return refused(500, 'the authorizer gave no principalId');
  const policy = readPolicy(policyDocument);
  if (policy === undefined) return refused(500, "the authorizer's policy is malformed");
  const strings = toStrings(context ?? {});
  if (strings === undefined) {
    return refused(500, "the authorizer's context may hold strings, numbers and booleans only");
  }
  const right = { action: 'execute-api:Invoke', resource: methodArn };
  const decision = evaluate(policy, { ...right, context: { 'aws:SourceIp': [sourceIp] } });
  if (decision.verdict !== 'allowed') {
    const notes = decision.notes.map((note) => `; ${note}`).join('');
    return refused(403, `the authorizer's policy does not allow ${methodArn}${notes}`);
  }
  return { kind: 'allowed', context: { ...strings, principalId } };
}

function toStrings(context: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(context)) return undefined;
  const strings: Record<string, string> = {};
  for (const [key, value] of Object.entries(context)) {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      return undefined;
    }
    strings[key] = String(value);
  }
  return strings;
}

function refused(status: 401 | 403 | 500, why: string): Authorization {
  return { kind: 'refused', status, why };
}
