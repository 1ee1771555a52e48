import { physicalName, shortId } from './physical-names.ts';

/** What `Ref` and `Fn::GetAtt` yield for a resource. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Where a resource stands. */
export interface Place {
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
}

/** Reads a property of the resource, evaluated; `undefined` where the template gives none. */
export type Property = (name: string) => string | undefined;

type Identify = (logicalId: string, property: Property, place: Place) => Identity;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html */
const TYPES: Readonly<Record<string, Identify>> = {
  'AWS::Lambda::Function': (id, property, place) => {
    const name = property('FunctionName') ?? physicalName(place.stackName, id, 64);
    return { ref: name, attributes: { Arn: functionArn(name, place) } };
  },
  'AWS::Lambda::Version': (_, property, place) => {
    const version = `${functionArn(property('FunctionName') ?? '', place)}:1`;
    return { ref: version, attributes: { FunctionArn: version, Version: '1' } };
  },
  'AWS::Lambda::Alias': (_, property, place) => {
    const alias = `${functionArn(property('FunctionName') ?? '', place)}:${property('Name')}`;
    return { ref: alias, attributes: { AliasArn: alias } };
  },
  'AWS::SQS::Queue': (id, property, place) => {
    const ending = property('FifoQueue') === 'true' ? '.fifo' : '';
    const name = property('QueueName') ?? physicalName(place.stackName, id, 80, ending);
    const url = `https://sqs.${place.region}.amazonaws.com/${place.account}/${name}`;
    const arn = `arn:aws:sqs:${place.region}:${place.account}:${name}`;
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::IAM::Role': (id, property, place) => {
    const name = property('RoleName') ?? physicalName(place.stackName, id, 64);
    const arn = `arn:aws:iam::${place.account}:role${property('Path') ?? '/'}${name}`;
    return { ref: name, attributes: { Arn: arn, RoleId: `AROA${name}` } };
  },
  'AWS::IAM::ManagedPolicy': (id, property, place) => {
    const name = property('ManagedPolicyName') ?? physicalName(place.stackName, id, 128);
    const arn = `arn:aws:iam::${place.account}:policy${property('Path') ?? '/'}${name}`;
    return { ref: arn, attributes: { PolicyArn: arn } };
  },
  'AWS::ApiGatewayV2::Api': (id, property, place) => {
    const apiId = shortId(place.stackName, id);
    const scheme = property('ProtocolType') === 'WEBSOCKET' ? 'wss' : 'https';
    const endpoint = `${scheme}://${apiId}.execute-api.${place.region}.amazonaws.com`;
    return { ref: apiId, attributes: { ApiId: apiId, ApiEndpoint: endpoint } };
  },
  'AWS::ApiGatewayV2::Stage': (_, property) => ({
    ref: property('StageName') ?? '',
    attributes: {},
  }),
  'AWS::ApiGatewayV2::Authorizer': apiPart('AuthorizerId'),
  'AWS::ApiGatewayV2::Deployment': apiPart('DeploymentId'),
  'AWS::ApiGatewayV2::Integration': apiPart('IntegrationId'),
  'AWS::ApiGatewayV2::Route': apiPart('RouteId'),
  'AWS::ApiGatewayV2::RouteResponse': apiPart('RouteResponseId'),
  'AWS::Logs::LogGroup': (id, property, place) => {
    const name = property('LogGroupName') ?? physicalName(place.stackName, id, 512);
    const arn = `arn:aws:logs:${place.region}:${place.account}:log-group:${name}:*`;
    return { ref: name, attributes: { Arn: arn } };
  },
  'AWS::SNS::Topic': (id, property, place) => {
    const name = property('TopicName') ?? physicalName(place.stackName, id, 256);
    const arn = `arn:aws:sns:${place.region}:${place.account}:${name}`;
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
  'AWS::S3::Bucket': (id, property, place) => {
    const name = property('BucketName') ?? physicalName(place.stackName, id, 63).toLowerCase();
    const host = `${name}.s3.${place.region}.amazonaws.com`;
    const domains = { DomainName: `${name}.s3.amazonaws.com`, RegionalDomainName: host };
    return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}`, ...domains } };
  },
};

/** What a resource is called. For a type that is not known, ids and ARNs of the right look. */
export function identityOf(
  type: string,
  logicalId: string,
  property: Property,
  place: Place,
): Identity {
  const identify = TYPES[type];
  if (identify !== undefined) return identify(logicalId, property, place);
  const name = physicalName(place.stackName, logicalId, 128);
  const service = type.split('::')[1]?.toLowerCase() ?? 'custom';
  const arn = `arn:aws:${service}:${place.region}:${place.account}:${name}`;
  return { ref: name, attributes: { Arn: arn } };
}

function functionArn(nameOrArn: string, { region, account }: Place): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  return `arn:aws:lambda:${region}:${account}:function:${nameOrArn}`;
}

function table(id: string, property: Property, place: Place): Identity {
  const name = property('TableName') ?? physicalName(place.stackName, id, 255);
  const arn = `arn:aws:dynamodb:${place.region}:${place.account}:table/${name}`;
  const stream = `${arn}/stream/2020-01-01T00:00:00.000`;
  return { ref: name, attributes: { Arn: arn, StreamArn: stream, TableId: name } };
}

function apiPart(attribute: string): Identify {
  return (logicalId, _, { stackName }) => {
    const id = shortId(stackName, logicalId, 7);
    return { ref: id, attributes: { [attribute]: id } };
  };
}
