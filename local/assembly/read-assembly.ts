import { readFileSync } from 'node:fs';
import { UserError } from '../user-error.ts';
import { readCloudAssembly } from './cloud-assembly.ts';
import type { CloudAssembly } from './cloud-assembly.ts';
import { toBucket } from './convert/buckets.ts';
import { toEventSourceMapping, toFunction, toPermission } from './convert/functions.ts';
import { toQueue } from './convert/queues.ts';
import { ROLE_TYPES, toRoles } from './convert/roles.ts';
import { toTable } from './convert/tables.ts';
import { API_TYPES, toWebSocketApis } from './convert/web-socket-apis.ts';
import { HELPER_TYPES } from './helper-types.ts';
import type { Resources } from './resources.ts';
import { Stack } from './stack.ts';
import type { StackResource, Surroundings, Template } from './stack.ts';

/** Of stacks that are not bound to an environment. */
const DEFAULT_REGION = 'us-east-1';
const DEFAULT_ACCOUNT = '000000000000';

const FUNCTION = 'AWS::Lambda::Function';
const PERMISSION = 'AWS::Lambda::Permission';
const MAPPING = 'AWS::Lambda::EventSourceMapping';
const QUEUE = 'AWS::SQS::Queue';
const BUCKET = 'AWS::S3::Bucket';
const TABLES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

const KNOWN_TYPES = new Set([
  FUNCTION,
  PERMISSION,
  MAPPING,
  QUEUE,
  BUCKET,
  'AWS::CloudFormation::Stack',
  ...TABLES,
  ...ROLE_TYPES,
  ...API_TYPES,
]);

/**
 * Reads the cloud assembly in a folder (`cdk.out`): all its stacks, nested ones too, as one set of resources with
 * every intrinsic resolved, names and addresses as they would be on AWS. Stacks that name no environment stand in
 * us-east-1 of account 000000000000. Throws a `UserError` if the assembly is missing, broken or empty.
 */
export async function readAssembly(directory: string): Promise<Resources> {
  const assembly = await readCloudAssembly(directory);
  const topStacks = toStacks(assembly);
  const stacks = topStacks.flatMap((stack) => stack.all());
  const [main] = stacks;
  if (main === undefined) {
    throw new UserError(`the cloud assembly in ${directory} has no stack; add one to the app`);
  }
  const all = (...types: readonly string[]): readonly StackResource[] =>
    stacks.flatMap((stack) => stack.resources((type) => types.includes(type)));
  const { region, account, stackName } = main.place;

  const functions = all(FUNCTION).map((resource) =>
    toFunction(resource, (objectKey) => assembly.assets.get(objectKey)),
  );
  const { roles, unknownPolicies } = toRoles(all(...ROLE_TYPES));
  const { apis, unknown } = toWebSocketApis(all(...API_TYPES), { region, account, functions });
  const mappings = all(MAPPING).map((resource) => toEventSourceMapping(resource, functions));
  const eventSourceMappings = mappings.filter((mapping) => mapping !== undefined);
  const buckets = all(BUCKET).map(toBucket);
  return {
    stackName,
    region,
    account,
    roles,
    functions,
    permissions: all(PERMISSION).map((resource) => toPermission(resource, functions)),
    queues: all(QUEUE).map(toQueue),
    eventSourceMappings,
    tables: all(...TABLES).map(toTable),
    buckets: buckets.map(({ bucket }) => bucket),
    webSocketApis: apis,
    outputs: outputsOf(topStacks),
    unknownTypes: [
      ...unknownTypes(stacks),
      ...unknown,
      ...buckets.flatMap((converted) => converted.unknown),
      ...unknownPolicies.map((arn) => `AWS::IAM::ManagedPolicy (${arn})`),
      ...(eventSourceMappings.length < mappings.length ? [`${MAPPING} (of no queue)`] : []),
    ],
  };
}

function toStacks(assembly: CloudAssembly): readonly Stack[] {
  const surroundings: Surroundings = {
    importValue: (name) => {
      const value = stacks.map((stack) => stack.exported(name)).find((v) => v !== undefined);
      if (value === undefined) throw new UserError(`no stack of the assembly exports ${name}`);
      return value;
    },
    stackOutput: (stackName, output) => {
      const stack = stacks.find(({ place }) => place.stackName === stackName);
      const value = stack?.outputs()[output];
      if (value === undefined) {
        throw new UserError(`no stack ${stackName} of the assembly has an output ${output}`);
      }
      return value;
    },
    nestedTemplate: (url) => {
      const path = assembly.assets.get(url.split('/').at(-1) ?? '');
      if (path === undefined) throw new UserError(`the nested template ${url} is not an asset`);
      return JSON.parse(readFileSync(path, 'utf8')) as Template;
    },
  };
  const stacks = assembly.stacks.map(({ stackName, region, account, parameters, template }) => {
    const place = {
      stackName,
      region: region ?? DEFAULT_REGION,
      account: account ?? DEFAULT_ACCOUNT,
    };
    return new Stack(template, place, parameters, surroundings);
  });
  return stacks;
}

/** By their names; where stacks have an output of one name, by `stack.name`. */
function outputsOf(stacks: readonly Stack[]): Readonly<Record<string, string>> {
  const outputs = stacks.flatMap((stack) =>
    Object.entries(stack.outputs()).map(([name, value]) => ({ stack, name, value })),
  );
  return Object.fromEntries(
    outputs.map(({ stack, name, value }) => {
      const isUnique = outputs.filter((output) => output.name === name).length === 1;
      return [isUnique ? name : `${stack.place.stackName}.${name}`, value];
    }),
  );
}

function unknownTypes(stacks: readonly Stack[]): readonly string[] {
  const types = new Set(stacks.flatMap((stack) => stack.types()));
  return [...types].filter((type) => !KNOWN_TYPES.has(type) && !HELPER_TYPES.has(type)).toSorted();
}
