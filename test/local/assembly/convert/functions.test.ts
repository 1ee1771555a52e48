import { aFunctionWith, read, ROLE, TABLE } from '../read-resources.ts';

describe('reading functions', () => {
  it('resolves code, role and environment', async () => {
    const resources = await read(
      {
        Role: ROLE,
        Table: { Type: 'AWS::DynamoDB::Table', Properties: TABLE },
        Subject: aFunctionWith({
          Code: { S3Bucket: { 'Fn::Sub': 'cdk-${AWS::AccountId}' }, S3Key: 'abc.zip' },
          Timeout: 7,
          Environment: { Variables: { TABLE: { Ref: 'Table' }, LIMIT: 5 } },
        }),
      },
      { assets: { 'abc.zip': 'asset.abc' } },
    );
    const [subject] = resources.functions;
    expect(subject).toMatchObject({
      logicalId: 'Subject',
      name: expect.stringMatching(/^Stack-Subject-[A-Z0-9]{12}$/) as string,
      arn: `arn:aws:lambda:us-east-1:000000000000:function:${subject?.name}`,
      roleArn: resources.roles[0]?.arn,
      codeDirectory: expect.stringMatching(/asset\.abc$/) as string,
      timeoutSeconds: 7,
      memoryMegabytes: 128,
      environment: { TABLE: resources.tables[0]?.name, LIMIT: '5' },
    });
  });

  it('takes inline code', async () => {
    const { functions } = await read({
      Role: ROLE,
      Subject: aFunctionWith({ Code: { ZipFile: 'exports.handler = 1' } }),
    });
    expect(functions[0]).toMatchObject({ inlineCode: 'exports.handler = 1', codeDirectory: '' });
  });

  it('says so when the code of a function is missing', async () => {
    const reading = read({ Role: ROLE, Subject: aFunctionWith({ Code: { S3Key: 'x.zip' } }) });
    await expect(reading).rejects.toThrow('the code of function Subject is not in the assembly');
  });

  it('joins permissions and event source mappings by name, ARN and alias', async () => {
    const { functions, permissions, eventSourceMappings, queues } = await read({
      Role: ROLE,
      Subject: aFunctionWith({ FunctionName: 'subject' }),
      Alias: {
        Type: 'AWS::Lambda::Alias',
        Properties: { FunctionName: { Ref: 'Subject' }, Name: 'live' },
      },
      Queue: { Type: 'AWS::SQS::Queue' },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { 'Fn::GetAtt': ['Subject', 'Arn'] },
          Principal: 'apigateway.amazonaws.com',
        },
      },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          FunctionName: { Ref: 'Alias' },
          BatchSize: '5',
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ScalingConfig: { MaximumConcurrency: 2 },
        },
      },
    });
    expect(permissions[0]?.functionArn).toBe(functions[0]?.arn);
    expect(eventSourceMappings).toEqual([
      {
        logicalId: 'Mapping',
        functionArn: functions[0]?.arn,
        queueArn: queues[0]?.arn,
        enabled: true,
        batchSize: 5,
        batchingWindowSeconds: 0,
        reportBatchItemFailures: true,
        maximumConcurrency: 2,
      },
    ]);
  });
});
