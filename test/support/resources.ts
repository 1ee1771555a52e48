import type {
  BucketResource,
  EventSourceMappingResource,
  FunctionResource,
  PolicyStatement,
  QueueResource,
  Resources,
  TableResource,
  WebSocketApiResource,
} from '../../local/assembly/resources.ts';

/** Resources as a small template would yield them: one function with one role, and what a test adds. */

export const REGION = 'eu-west-1';
export const ACCOUNT = '123456789012';
export const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:Worker`;
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/WorkerRole`;
/** As AWS names the function in a refusal. */
export const CALLER_ARN = `arn:aws:sts::${ACCOUNT}:assumed-role/WorkerRole/Worker`;

export function resourcesOf(
  parts: {
    readonly statements?: readonly PolicyStatement[];
    readonly tables?: readonly TableResource[];
    readonly queues?: readonly QueueResource[];
    readonly buckets?: readonly BucketResource[];
    readonly eventSourceMappings?: readonly EventSourceMappingResource[];
    readonly webSocketApis?: readonly WebSocketApiResource[];
  } = {},
): Resources {
  const {
    statements = [],
    tables = [],
    queues = [],
    buckets = [],
    eventSourceMappings = [],
    webSocketApis = [],
  } = parts;
  const worker: FunctionResource = {
    logicalId: 'Worker',
    name: 'Worker',
    arn: FUNCTION_ARN,
    roleArn: ROLE_ARN,
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    codeDirectory: '',
    timeoutSeconds: 10,
    memoryMegabytes: 128,
    environment: {},
  };
  return {
    stackName: 'Test',
    region: REGION,
    account: ACCOUNT,
    roles: [{ logicalId: 'WorkerRole', arn: ROLE_ARN, statements }],
    functions: [worker],
    permissions: [],
    queues,
    eventSourceMappings,
    tables,
    buckets,
    webSocketApis,
    outputs: {},
    unknownTypes: [],
  };
}

export function allow(
  actions: string | readonly string[],
  resources: string | readonly string[],
): PolicyStatement {
  return statement('Allow', actions, resources);
}

export function deny(
  actions: string | readonly string[],
  resources: string | readonly string[],
): PolicyStatement {
  return statement('Deny', actions, resources);
}

/** A table with the keys `pk` and `sk`, both text. */
export function table(name: string, extra: Partial<TableResource> = {}): TableResource {
  return {
    logicalId: name,
    name,
    arn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`,
    createTable: {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    },
    ...extra,
  };
}

/** FIFO if its name says so. */
export function queue(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): QueueResource {
  const fifo = name.endsWith('.fifo');
  return {
    logicalId: name.replace('.', ''),
    name,
    arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
    url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`,
    fifo,
    attributes: fifo ? { FifoQueue: 'true', ...attributes } : attributes,
  };
}

/** A bucket without rules, but for those given. */
export function bucket(name: string, extra: Partial<BucketResource> = {}): BucketResource {
  return {
    logicalId: name,
    name,
    arn: `arn:aws:s3:::${name}`,
    corsRules: [],
    expirations: [],
    notifications: [],
    ...extra,
  };
}

/** A WebSocket API `api` with the stage `prod` and no routes. */
export function webSocketApi(): WebSocketApiResource {
  return {
    logicalId: 'Api',
    apiId: 'api',
    routeSelectionExpression: '$request.body.type',
    stages: [{ name: 'prod', variables: {} }],
    routes: [],
  };
}

/** From a queue to the one function. */
export function mapping(
  queueName: string,
  extra: Partial<EventSourceMappingResource> = {},
): EventSourceMappingResource {
  return {
    logicalId: 'Mapping',
    functionArn: FUNCTION_ARN,
    queueArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${queueName}`,
    enabled: true,
    batchSize: 10,
    batchingWindowSeconds: 0,
    reportBatchItemFailures: false,
    ...extra,
  };
}

function statement(
  effect: 'Allow' | 'Deny',
  actions: string | readonly string[],
  resources: string | readonly string[],
): PolicyStatement {
  return {
    effect,
    actions: [actions].flat(),
    notActions: [],
    resources: [resources].flat(),
    notResources: [],
    conditions: {},
  };
}
