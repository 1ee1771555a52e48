import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { UserError } from '../../../local/user-error.ts';
import { writeAssembly } from './an-assembly.ts';
import { aFunctionWith, read, ROLE } from './read-resources.ts';

describe('reading stacks', () => {
  it('gives the same names at every reading', async () => {
    const queue = { Queue: { Type: 'AWS::SQS::Queue' } };
    expect((await read(queue)).queues).toEqual((await read(queue)).queues);
  });

  it('stands where the stack is bound to, else in us-east-1', async () => {
    const queue = { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } } };
    expect((await read(queue)).queues[0]?.arn).toBe('arn:aws:sqs:us-east-1:000000000000:q');
    const bound = await read(queue, { environment: 'aws://123456789012/eu-central-1' });
    expect(bound.queues[0]?.arn).toBe('arn:aws:sqs:eu-central-1:123456789012:q');
  });

  it('leaves out what a condition leaves out', async () => {
    const { queues, outputs } = await read(
      {
        Kept: { Type: 'AWS::SQS::Queue', Condition: 'IsProd' },
        Gone: { Type: 'AWS::SQS::Queue', Condition: 'IsTest' },
      },
      {
        parameters: { Stage: 'prod' },
        rest: {
          Parameters: { Stage: { Type: 'String', Default: 'test' } },
          Conditions: {
            IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
            IsTest: { 'Fn::Not': [{ Condition: 'IsProd' }] },
          },
          Outputs: {
            A: { Value: { Ref: 'Stage' } },
            B: { Value: { Ref: 'Gone' }, Condition: 'IsTest' },
          },
        },
      },
    );
    expect(queues.map(({ logicalId }) => logicalId)).toEqual(['Kept']);
    expect(outputs).toEqual({ A: 'prod' });
  });

  it('reads several stacks, what one imports from the other, and what is nested', async () => {
    const folder = writeAssembly({
      Reader: {
        template: {
          Resources: {
            Role: ROLE,
            Subject: aFunctionWith({
              Environment: { Variables: { QUEUE: { 'Fn::ImportValue': 'the-queue' } } },
            }),
          },
          Outputs: { Name: { Value: 'reader' } },
        },
      },
      Owner: {
        template: {
          Resources: {
            Queue: { Type: 'AWS::SQS::Queue' },
            Inner: {
              Type: 'AWS::CloudFormation::Stack',
              Properties: {
                TemplateURL: { 'Fn::Sub': 'https://s3.${AWS::Region}.${AWS::URLSuffix}/b/in.json' },
                Parameters: { Source: { Ref: 'Queue' } },
              },
            },
          },
          Outputs: {
            Name: { Value: { 'Fn::GetAtt': ['Inner', 'Outputs.Topic'] } },
            Exported: { Value: { Ref: 'Queue' }, Export: { Name: 'the-queue' } },
          },
        },
        assets: { 'in.json': 'inner.template.json' },
      },
    });
    const inner = {
      Parameters: { Source: { Type: 'String' } },
      Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inner' } } },
      Outputs: { Topic: { Value: { 'Fn::Sub': '${Source}!' } } },
    };
    writeFileSync(join(folder, 'inner.template.json'), JSON.stringify(inner));

    const { stackName, functions, queues, outputs } = await readAssembly(folder);
    const outer = queues.find(({ logicalId, name }) => logicalId === 'Queue' && name !== 'inner');
    expect(stackName).toBe('Reader');
    expect(queues).toHaveLength(2);
    expect(functions[0]?.environment).toEqual({ QUEUE: outer?.url });
    expect(outputs).toEqual({
      'Reader.Name': 'reader',
      'Owner.Name': `${outer?.url}!`,
      Exported: outer?.url,
    });
  });

  it('names the types that it does not run, and resolves references to them', async () => {
    const { unknownTypes, outputs } = await read(
      {
        Cdn: { Type: 'AWS::CloudFront::Distribution', Properties: { X: { 'Fn::Transform': 1 } } },
        Metadata: { Type: 'AWS::CDK::Metadata' },
        Alarm: { Type: 'AWS::CloudWatch::Alarm' },
      },
      { rest: { Outputs: { Host: { Value: { 'Fn::GetAtt': ['Cdn', 'DomainName'] } } } } },
    );
    expect(unknownTypes).toEqual(['AWS::CloudFront::Distribution']);
    expect(outputs).toEqual({ Host: 'Cdn.DomainName' });
  });
});

async function messageOf(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).not.toContain('\n');
  return message;
}

describe('an assembly that cannot be read', () => {
  it('says what to do when there is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'test-empty-'));
    expect(await messageOf(readAssembly(folder))).toMatch(/no cloud assembly.*cdk synth/);
    expect(await messageOf(readAssembly(join(folder, 'nowhere')))).toMatch(/no cloud assembly/);
  });

  it('names the file that is missing or broken', async () => {
    const folder = writeAssembly({ Stack: { template: { Resources: {} } } });
    const template = join(folder, 'Stack.template.json');
    writeFileSync(template, '{"Resources":');
    expect(await messageOf(readAssembly(folder))).toMatch(/Stack\.template\.json is not JSON/);
    rmSync(template);
    expect(await messageOf(readAssembly(folder))).toMatch(/Stack\.template\.json is missing/);
    writeFileSync(join(folder, 'manifest.json'), '{"artifacts":7}');
    expect(await messageOf(readAssembly(folder))).toMatch(/manifest\.json has another form/);
  });

  it('names the resource and the property that are wrong', async () => {
    const wrong = { Queue: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: 7 } } };
    expect(await messageOf(read(wrong))).toMatch(/AWS::DynamoDB::Table Queue is not valid/);
    const dangling = {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'No' } } },
    };
    expect(await messageOf(read(dangling))).toMatch(
      'unable to read AWS::SQS::Queue Queue of stack Stack; there is no resource or parameter No',
    );
  });

  it('says so when there is no stack', async () => {
    expect(await messageOf(readAssembly(writeAssembly({})))).toMatch(/has no stack/);
  });
});
