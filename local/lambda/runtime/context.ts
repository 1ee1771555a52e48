/** Runs inside a function instance, as part of `bootstrap.ts`. */
import type { IncomingHttpHeaders } from 'node:http';

export interface InvocationContext {
  readonly context: object;
  readonly requestId: string;
  readonly traceId: string;
}

/** The `context` argument of a handler, from the headers of `GET …/invocation/next`. */
export function createContext(headers: IncomingHttpHeaders): InvocationContext {
  const header = (name: string): string => String(headers[name] ?? '');
  const requestId = header('lambda-runtime-aws-request-id');
  const deadline = Number(header('lambda-runtime-deadline-ms'));
  return {
    requestId,
    traceId: header('lambda-runtime-trace-id'),
    context: {
      awsRequestId: requestId,
      invokedFunctionArn: header('lambda-runtime-invoked-function-arn'),
      functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
      functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'],
      memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
      logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
      logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => deadline - Date.now(),
    },
  };
}
