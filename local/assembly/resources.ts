/** What a synthesized template says, with every intrinsic resolved: the input of every part of the local cloud. */

export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** `Condition` as it stands, e.g. `{StringEquals: {'aws:SourceArn': '…'}}`. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** `AWS::IAM::Role` with everything attached to it: its inline policies, `AWS::IAM::Policy`, managed policies of the template. */
export interface RoleResource {
  readonly logicalId: string;
  readonly arn: string;
  readonly statements: readonly PolicyStatement[];
}

/** `AWS::Lambda::Function`. */
export interface FunctionResource {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly runtime: string;
  /** `index.handler`. */
  readonly handler: string;
  /** The asset of the cloud assembly: a folder or a zip file. */
  readonly codeDirectory: string;
  /** `Code.ZipFile`, the text of `index.js`; then `codeDirectory` is empty. */
  readonly inlineCode?: string;
  /** 3 by default. */
  readonly timeoutSeconds: number;
  /** 128 by default. */
  readonly memoryMegabytes: number;
  readonly reservedConcurrency?: number;
  /** The template's own variables only, resolved, with addresses as on AWS (see `QueueResource.url`). */
  readonly environment: Readonly<Record<string, string>>;
}

/** `AWS::Lambda::Permission`: who else may invoke a function. */
export interface PermissionResource {
  readonly functionArn: string;
  readonly action: string;
  /** `apigateway.amazonaws.com`, `sqs.amazonaws.com` … */
  readonly principal: string;
  readonly sourceArn?: string;
}

/** `AWS::SQS::Queue`. */
export interface QueueResource {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /**
   * As on AWS: `https://sqs.{region}.amazonaws.com/{account}/{name}`. The template's values hold this form,
   * whatever port the local endpoint gets; what a function is given in its environment is
   * `{endpoint}/{account}/{name}`, so the endpoint should know a queue by the path, not by the host.
   */
  readonly url: string;
  readonly fifo: boolean;
  /** As `CreateQueue` takes them: `VisibilityTimeout`, `RedrivePolicy` (JSON), `FifoQueue` … */
  readonly attributes: Readonly<Record<string, string>>;
}

/** `AWS::Lambda::EventSourceMapping` of a queue. */
export interface EventSourceMappingResource {
  readonly logicalId: string;
  readonly functionArn: string;
  readonly queueArn: string;
  readonly enabled: boolean;
  /** 10 by default. */
  readonly batchSize: number;
  /** 0 by default. */
  readonly batchingWindowSeconds: number;
  readonly reportBatchItemFailures: boolean;
  readonly maximumConcurrency?: number;
}

/** `AWS::DynamoDB::Table` (or `GlobalTable` with one replica). */
export interface TableResource {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** As `CreateTable` takes it. */
  readonly createTable: Readonly<Record<string, unknown>>;
  readonly ttlAttribute?: string;
}

/** `AWS::S3::Bucket`. */
export interface BucketResource {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly corsRules: readonly CorsRule[];
  /** Enabled lifecycle rules: an object is deleted so many days after it was made. An empty prefix is every key. */
  readonly expirations: readonly { readonly prefix: string; readonly days: number }[];
  /** Of queues only. `event` is as in the template: `s3:ObjectCreated:*`. */
  readonly notifications: readonly {
    readonly event: string;
    readonly queueArn: string;
    readonly prefix: string;
    readonly suffix: string;
  }[];
}

/** What a page of another origin may ask of a bucket. Origins and headers may have one `*`. */
export interface CorsRule {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** `AWS::ApiGatewayV2::Api` of protocol WEBSOCKET, with its routes, integrations, authorizers and stages joined. */
export interface WebSocketApiResource {
  readonly logicalId: string;
  readonly apiId: string;
  /** `$request.body.type`. */
  readonly routeSelectionExpression: string;
  readonly stages: readonly {
    readonly name: string;
    readonly variables: Readonly<Record<string, string>>;
  }[];
  readonly routes: readonly WebSocketRoute[];
}

export interface WebSocketRoute {
  /** `$connect`, `$disconnect`, `$default` or the value that the selection expression yields. */
  readonly routeKey: string;
  readonly functionArn: string;
  /** Whether the handler's answer is sent back to the client: a two-way integration with a `$default` route response. */
  readonly hasRouteResponse: boolean;
  readonly authorizer?: {
    readonly functionArn: string;
    /** The credentials role or, absent, `AWS::Lambda::Permission`. */
    readonly credentialsArn?: string;
    /** `route.request.header.Authorization`, `route.request.querystring.token` …; all must be present. */
    readonly identitySources: readonly string[];
    readonly arn: string;
    readonly logicalId: string;
  };
}

export interface Resources {
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  readonly roles: readonly RoleResource[];
  readonly functions: readonly FunctionResource[];
  readonly permissions: readonly PermissionResource[];
  readonly queues: readonly QueueResource[];
  readonly eventSourceMappings: readonly EventSourceMappingResource[];
  readonly tables: readonly TableResource[];
  readonly buckets: readonly BucketResource[];
  readonly webSocketApis: readonly WebSocketApiResource[];
  /** The stack's outputs, resolved. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Resource types of the template that the local cloud does not run, e.g. `AWS::CloudFront::Distribution`. */
  readonly unknownTypes: readonly string[];
}
