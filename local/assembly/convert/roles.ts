import { z } from 'zod';
import { parseProperties } from '../parse-properties.ts';
import type { PolicyStatement, RoleResource } from '../resources.ts';
import type { StackResource } from '../stack.ts';

const textOrList = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value))
  .default([]);

const statement = z
  .object({
    Effect: z.enum(['Allow', 'Deny']),
    Action: textOrList,
    NotAction: textOrList,
    Resource: textOrList,
    NotResource: textOrList,
    Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  })
  .transform((value): PolicyStatement => ({
    effect: value.Effect,
    actions: value.Action,
    notActions: value.NotAction,
    resources: value.Resource,
    notResources: value.NotResource,
    conditions: value.Condition,
  }));

const policyDocument = z.object({
  Statement: z
    .union([statement, z.array(statement)])
    .transform((value) => (Array.isArray(value) ? value : [value])),
});

const roleProperties = z.object({
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.object({ PolicyDocument: policyDocument })).default([]),
});

const policyProperties = z.object({
  PolicyDocument: policyDocument,
  Roles: z.array(z.string()).default([]),
  /** Of `AWS::IAM::RolePolicy`. */
  RoleName: z.string().optional(),
});

/** The types that `toRoles` reads. */
export const ROLE_TYPES = [
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::IAM::RolePolicy',
  'AWS::IAM::ManagedPolicy',
];

/** What a role may do by AWS's own policies for functions. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ */
const AWS_MANAGED: Readonly<Record<string, readonly string[]>> = {
  AWSLambdaBasicExecutionRole: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
  AWSLambdaSQSQueueExecutionRole: [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ],
  AWSXRayDaemonWriteAccess: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  AmazonAPIGatewayPushToCloudWatchLogs: ['logs:*'],
};

export interface Roles {
  readonly roles: readonly RoleResource[];
  /** ARNs of attached policies that are neither in the template nor known here; they grant nothing. */
  readonly unknownPolicies: readonly string[];
}

/** `AWS::IAM::Role` with everything that the template attaches to it. */
export function toRoles(resources: readonly StackResource[]): Roles {
  const unknownPolicies = new Set<string>();
  const policies = resources
    .filter(({ type }) => type !== 'AWS::IAM::Role')
    .map((resource) => {
      const { PolicyDocument, Roles, RoleName } = parseProperties(policyProperties, resource);
      const roles = RoleName === undefined ? Roles : [RoleName];
      return { ref: resource.ref, roles, statements: PolicyDocument.Statement };
    });
  const managed = (arn: string): readonly PolicyStatement[] => {
    const own = policies.find(({ ref }) => ref === arn);
    if (own !== undefined) return own.statements;
    const actions = AWS_MANAGED[arn.split('/').at(-1) ?? ''];
    if (actions === undefined) unknownPolicies.add(arn);
    return actions === undefined ? [] : [allowEverywhere(actions)];
  };
  const roles = resources
    .filter(({ type }) => type === 'AWS::IAM::Role')
    .map((resource) => {
      const { ManagedPolicyArns, Policies } = parseProperties(roleProperties, resource);
      const attached = policies.filter((policy) => policy.roles.includes(resource.ref));
      const statements = [
        ...Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
        ...ManagedPolicyArns.flatMap(managed),
        ...attached.flatMap((policy) => policy.statements),
      ];
      return { logicalId: resource.logicalId, arn: resource.arn, statements };
    });
  return { roles, unknownPolicies: [...unknownPolicies] };
}

function allowEverywhere(actions: readonly string[]): PolicyStatement {
  return {
    effect: 'Allow',
    actions,
    notActions: [],
    resources: ['*'],
    notResources: [],
    conditions: {},
  };
}
