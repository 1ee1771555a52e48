import { calling, isPassing } from '../../lambdas/aws/errors.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';

function failure(fields: Readonly<Record<string, unknown>>): Error {
  return Object.assign(new Error('it failed'), fields);
}

describe('a failed call', () => {
  it.each([
    { name: 'ThrottlingException' },
    { name: 'ProvisionedThroughputExceededException' },
    { name: 'RequestLimitExceeded' },
    { name: 'RequestThrottled' },
    { name: 'TransactionConflictException' },
    { name: 'TransactionInProgressException' },
    { name: 'TimeoutError' },
    { name: 'AbortError' },
    { code: 'ECONNRESET' },
    { code: 'ECONNREFUSED' },
    { code: 'EPIPE' },
    { code: 'ENOTFOUND' },
    { code: 'EAI_AGAIN' },
    { $metadata: { httpStatusCode: 500 } },
    { $metadata: { httpStatusCode: 503 } },
    { $metadata: { httpStatusCode: 429 } },
    // A load balancer's page instead of an answer: the client cannot read it.
    { name: 'SyntaxError', $metadata: {}, $response: { statusCode: 502 } },
  ])('may succeed later: %j', async (fields) => {
    const error = failure(fields);
    await expect(calling(Promise.reject(error))).rejects.toThrow(Unavailable);
    await expect(calling(Promise.reject(error))).rejects.toMatchObject({ cause: error });
  });

  it.each([
    { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } },
    { name: 'ValidationException', $metadata: { httpStatusCode: 400 } },
    { name: 'ConditionalCheckFailedException', $metadata: { httpStatusCode: 400 } },
    { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 400 } },
    { name: 'CredentialsProviderError' },
    { name: 'TypeError' },
  ])('leaves as it came: %j', async (fields) => {
    const error = failure(fields);
    await expect(calling(Promise.reject(error))).rejects.toBe(error);
  });

  it('is nothing that is no error', () => {
    expect([undefined, null, 'TimeoutError', { name: 'TimeoutError' }].some(isPassing)).toBe(false);
  });
});
