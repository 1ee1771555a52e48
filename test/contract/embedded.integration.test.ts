import { createConnectionsClient } from '../../lambdas/aws/clients.ts';
import { systemClock } from '../../lambdas/aws/clock.ts';
import { createConnections } from '../../lambdas/aws/connections.ts';
import { systemRandom } from '../../lambdas/aws/random.ts';
import { systemTimer } from '../../lambdas/aws/timer.ts';
import type { Endpoint } from '../../local/endpoint/endpoint.ts';
import { startApi } from '../local/gateway/local-api.ts';
import type { LocalApi } from '../local/gateway/local-api.ts';
import { startEmbeddedAws } from '../support/embedded-aws.ts';
import { bucket, queue, resourcesOf, webSocketApi } from '../support/resources.ts';
import { Started } from '../support/started.ts';
import { describeAttachmentStore } from './attachment-store.ts';
import { startAwsBucket, startAwsQueue, startAwsStores } from './aws-worlds.ts';
import { describeConnections } from './connections.ts';
import { describeConversationStore } from './conversation-store.ts';
import { describeFanOutQueue } from './fan-out-queue.ts';
import { describeSmallPorts } from './small-ports.ts';
import { describeUserStore } from './user-store.ts';

const news = queue('news');
const files = bucket('files', {
  notifications: [
    { event: 's3:ObjectCreated:Post', queueArn: news.arn, prefix: 'uploads/', suffix: '' },
  ],
});

const started = new Started();
let aws: Endpoint;
let api: LocalApi;

beforeAll(async () => {
  api = await started.add(startApi({ handlers: { $connect: () => ({ statusCode: 200 }) } }));
  aws = await started.add(
    startEmbeddedAws({
      resources: resourcesOf({ webSocketApis: [webSocketApi()], buckets: [files], queues: [news] }),
      gateways: () => api.gateway,
    }),
  );
});

afterAll(() => started.stop());

describeConversationStore('on the embedded DynamoDB', startAwsStores);
describeUserStore('on the embedded DynamoDB', startAwsStores);
describeFanOutQueue('on the embedded SQS', () => startAwsQueue(0));
describeSmallPorts('of the system', () => ({
  clock: systemClock,
  random: systemRandom,
  timer: systemTimer,
}));

describeAttachmentStore('on the embedded S3', () => startAwsBucket('files', news.url));

describeConnections('of the local gateway', () => {
  const client = createConnectionsClient(`${aws.url}/_api/api/prod`);
  return Promise.resolve({
    connections: createConnections(client),
    connect: async () => {
      const socket = await api.connect();
      const { event } = await api.calls.next(({ name }) => name === '$connect');
      return {
        connectionId: event.requestContext.connectionId,
        next: async () => JSON.stringify(await socket.next()),
        closed: socket.closed,
        close: () => socket.close(),
      };
    },
    stop: () => Promise.resolve(client.destroy()),
  });
});
