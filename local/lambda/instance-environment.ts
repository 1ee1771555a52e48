import type { FunctionResource } from '../assembly/resources.ts';
import { credentialsOf } from './credentials.ts';

/** Where an instance runs. */
export interface InstancePlace {
  readonly region: string;
  /** The local AWS endpoint, e.g. `http://127.0.0.1:4566`. */
  readonly endpointUrl: string;
  /** `127.0.0.1:40123`. */
  readonly runtimeApi: string;
  /** The unpacked code: `/var/task` on AWS. */
  readonly taskRoot: string;
  /** Turns what is an address on AWS into one on this machine. */
  readonly localize: (value: string) => string;
  readonly logStreamName: string;
}

/** What every process needs of the runner's environment: to find programs, and (Windows) to open a socket. */
const INHERITED = ['PATH', 'SystemRoot'];

/**
 * The environment of a function instance: the template's variables, Lambda's own
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html), and nothing else.
 * As on AWS, a variable of the template cannot replace one that Lambda reserves, but can set `TZ` or `LANG`.
 */
export function instanceEnvironment(
  resource: FunctionResource,
  place: InstancePlace,
): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentialsOf(resource.arn);
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const template = Object.entries(resource.environment).map(
    ([name, value]) => [name, place.localize(value)] as const,
  );
  return {
    ...Object.fromEntries(inherited),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_ENDPOINT_URL: place.endpointUrl,
    // Which Node.js runs here is a matter of this machine, not of the function.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...Object.fromEntries(template),
    _HANDLER: resource.handler,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${resource.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: resource.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(resource.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${resource.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStreamName,
    AWS_LAMBDA_RUNTIME_API: place.runtimeApi,
    LAMBDA_TASK_ROOT: place.taskRoot,
  };
}
