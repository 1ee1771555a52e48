import { one, synthesize } from './synthesize.ts';

const stack = synthesize({ fanOutConcurrency: 7, alarmEmail: 'ops@example.com' });
const queue = one(stack, 'AWS::SQS::Queue', 'ChatFanOutQueueNudges');
const deadLetters = one(stack, 'AWS::SQS::Queue', 'ChatFanOutQueueDeadLetters');
const source = one(stack, 'AWS::Lambda::EventSourceMapping', 'ChatFanOutQueue');
const worker = one(stack, 'AWS::Lambda::Function', 'ChatFanOutFunction');

describe('the fan-out queue', () => {
  it('F-22 has Lambda take back only the messages that the worker names', () => {
    expect(source.Properties).toMatchObject({
      FunctionName: { Ref: worker.id },
      EventSourceArn: { 'Fn::GetAtt': [queue.id, 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BatchSize: 10,
    });
  });

  it('F-23 hides a message for six time-outs of the worker, and lets it come back five times and more', () => {
    const timeout = Number(worker.Properties['Timeout']);
    expect(timeout).toBe(10);
    expect(queue.Properties['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * timeout);
    const { maxReceiveCount } = queue.Properties['RedrivePolicy'] as { maxReceiveCount: number };
    expect(maxReceiveCount).toBeGreaterThanOrEqual(5);
  });

  it('F-35 keeps dead letters 14 days, longer than the queue that they come from', () => {
    const day = 24 * 60 * 60;
    expect(deadLetters.Properties['MessageRetentionPeriod']).toBe(14 * day);
    expect(queue.Properties['MessageRetentionPeriod']).toBeLessThan(14 * day);
    expect(queue.Properties['RedrivePolicy']).toMatchObject({
      deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters.id, 'Arn'] },
    });
  });

  it('caps the workers, so that they leave concurrency for those who wait for an answer', () => {
    expect(source.Properties['ScalingConfig']).toEqual({ MaximumConcurrency: 7 });
    for (const { Properties } of Object.values(stack.resources('AWS::Lambda::Function'))) {
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  it.each([queue, deadLetters])(
    'is FIFO in high-throughput mode, encrypted and TLS only: $id',
    ({ id, Properties }) => {
      expect(Properties).toMatchObject({
        FifoQueue: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        SqsManagedSseEnabled: true,
      });
      expect(Properties).not.toHaveProperty('KmsMasterKeyId');
      stack.template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: id }],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Deny',
              Action: 'sqs:*',
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      });
    },
  );
});
