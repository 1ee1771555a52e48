import { read } from '../read-resources.ts';

describe('reading queues', () => {
  it('gives a queue the attributes of CreateQueue, and FIFO names their ending', async () => {
    const { queues } = await read({
      Dead: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          FifoQueue: 'true',
          VisibilityTimeout: 60,
          RedrivePolicy: {
            deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] },
            maxReceiveCount: 5,
          },
        },
      },
    });
    const [dead, queue] = queues;
    expect(queue).toMatchObject({
      name: expect.stringMatching(/^Stack-Queue-[A-Z0-9]{12}\.fifo$/) as string,
      fifo: true,
      url: `https://sqs.us-east-1.amazonaws.com/000000000000/${queue?.name}`,
      attributes: {
        FifoQueue: 'true',
        VisibilityTimeout: '60',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead?.arn, maxReceiveCount: 5 }),
      },
    });
  });
});
