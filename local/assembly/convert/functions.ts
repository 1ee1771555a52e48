import { z } from 'zod';
import { UserError } from '../../user-error.ts';
import { flag, number, parseProperties, text } from '../parse-properties.ts';
import type {
  EventSourceMappingResource,
  FunctionResource,
  PermissionResource,
} from '../resources.ts';
import type { StackResource } from '../stack.ts';

/** Finds the asset with an object key: the path of a folder or zip file. */
export type FindAsset = (objectKey: string) => string | undefined;

const functionProperties = z.object({
  Handler: z.string().default(''),
  Runtime: z.string().default('a container image'),
  Role: z.string(),
  Code: z.object({ S3Key: z.string().optional(), ZipFile: z.string().optional() }),
  Timeout: number.default(3),
  MemorySize: number.default(128),
  ReservedConcurrentExecutions: number.optional(),
  Environment: z.object({ Variables: z.record(z.string(), text).default({}) }).optional(),
});

/** `AWS::Lambda::Function`. */
export function toFunction(resource: StackResource, findAsset: FindAsset): FunctionResource {
  const properties = parseProperties(functionProperties, resource);
  const { S3Key, ZipFile } = properties.Code;
  const codeDirectory = S3Key === undefined ? '' : findAsset(S3Key);
  if (codeDirectory === undefined) {
    throw new UserError(
      `the code of function ${resource.logicalId} is not in the assembly; synthesize it again`,
    );
  }
  const reserved = properties.ReservedConcurrentExecutions;
  return {
    logicalId: resource.logicalId,
    name: resource.ref,
    arn: resource.arn,
    roleArn: properties.Role,
    runtime: properties.Runtime,
    handler: properties.Handler,
    codeDirectory,
    ...(ZipFile === undefined ? {} : { inlineCode: ZipFile }),
    timeoutSeconds: properties.Timeout,
    memoryMegabytes: properties.MemorySize,
    ...(reserved === undefined ? {} : { reservedConcurrency: reserved }),
    environment: properties.Environment?.Variables ?? {},
  };
}

const permissionProperties = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
});

/** `AWS::Lambda::Permission`. */
export function toPermission(
  resource: StackResource,
  functions: readonly FunctionResource[],
): PermissionResource {
  const { Action, FunctionName, Principal, SourceArn } = parseProperties(
    permissionProperties,
    resource,
  );
  return {
    functionArn: functionArn(FunctionName, functions),
    action: Action,
    principal: Principal,
    ...(SourceArn === undefined ? {} : { sourceArn: SourceArn }),
  };
}

const mappingProperties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: flag.default(true),
  BatchSize: number.default(10),
  MaximumBatchingWindowInSeconds: number.default(0),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: number.optional() }).default({}),
});

/** `AWS::Lambda::EventSourceMapping` of a queue; `undefined` of any other source. */
export function toEventSourceMapping(
  resource: StackResource,
  functions: readonly FunctionResource[],
): EventSourceMappingResource | undefined {
  const properties = parseProperties(mappingProperties, resource);
  if (!properties.EventSourceArn.startsWith('arn:aws:sqs:')) return undefined;
  const { MaximumConcurrency } = properties.ScalingConfig;
  return {
    logicalId: resource.logicalId,
    functionArn: functionArn(properties.FunctionName, functions),
    queueArn: properties.EventSourceArn,
    enabled: properties.Enabled,
    batchSize: properties.BatchSize,
    batchingWindowSeconds: properties.MaximumBatchingWindowInSeconds,
    reportBatchItemFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    ...(MaximumConcurrency === undefined ? {} : { maximumConcurrency: MaximumConcurrency }),
  };
}

/** The ARN of what the template names by name or ARN; without a version or alias, which all run the same code here. */
export function functionArn(nameOrArn: string, functions: readonly FunctionResource[]): string {
  const unqualified = nameOrArn.startsWith('arn:')
    ? nameOrArn.split(':').slice(0, 7).join(':')
    : nameOrArn;
  const found = functions.find(({ name, arn }) => arn === unqualified || name === unqualified);
  return found?.arn ?? nameOrArn;
}
