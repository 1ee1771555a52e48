/**
 * Types that the local cloud neither runs nor names in a warning: they watch, log, deploy or restrict, and what an
 * application does with its users is the same without them.
 */
export const HELPER_TYPES: ReadonlySet<string> = new Set([
  'AWS::CDK::Metadata',
  'AWS::ApiGateway::Account',
  'AWS::ApiGatewayV2::Deployment',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::InstanceProfile',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Version',
  'AWS::Logs::LogGroup',
  'AWS::Logs::LogStream',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::Logs::ResourcePolicy',
  'AWS::ResourceGroups::Group',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::XRay::Group',
]);
