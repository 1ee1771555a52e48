import { MemoryAttachmentStore } from '../memory/attachment-store.ts';
import { MemoryClock } from '../memory/clock.ts';
import { MemoryConnections } from '../memory/connections.ts';
import { createMemoryPorts } from '../memory/memory-ports.ts';
import { describeAttachmentStore } from './attachment-store.ts';
import { describeConnections } from './connections.ts';
import { describeConversationStore } from './conversation-store.ts';
import { describeFanOutQueue } from './fan-out-queue.ts';
import { describeSmallPorts } from './small-ports.ts';
import { describeUserStore } from './user-store.ts';

const stop = () => Promise.resolve();

function startStores(pageSize?: number) {
  const sizes = pageSize === undefined ? {} : { pageSize, batchSize: pageSize };
  const { conversations, users } = createMemoryPorts({ conversations: sizes, users: sizes });
  return Promise.resolve({ conversations, users, stop });
}

describeConversationStore('in memory', () => startStores());
describeUserStore('in memory', () => startStores());
describeSmallPorts('in memory', createMemoryPorts);

describeAttachmentStore('in memory', () => {
  const attachments = new MemoryAttachmentStore(new MemoryClock());
  return Promise.resolve({
    attachments,
    post: (form, file) => Promise.resolve(attachments.post(form, file.length)),
    get: (link) => Promise.resolve(attachments.get(link)),
    told: () => {
      const notices = attachments.receive();
      for (const { messageId } of notices) attachments.remove(messageId);
      return Promise.resolve(notices.flatMap(({ files }) => files));
    },
    stop,
  });
});

describeFanOutQueue('in memory', () => {
  const { queue } = createMemoryPorts();
  return Promise.resolve({
    queue,
    receipts: queue,
    receive: () => Promise.resolve(queue.receive()),
    remove: (receiptHandle: string) => Promise.resolve(queue.remove(receiptHandle)),
    stop,
  });
});

describeConnections('in memory', () => {
  const connections = new MemoryConnections();
  let opened = 0;
  return Promise.resolve({
    connections,
    connect: () => {
      opened += 1;
      const connectionId = `connection-${opened}`;
      connections.open(connectionId);
      let read = 0;
      return Promise.resolve({
        connectionId,
        next: () => {
          read += 1;
          return Promise.resolve(connections.framesOf(connectionId)[read - 1] ?? 'nothing came');
        },
        closed: Promise.resolve(),
        close: () => Promise.resolve(connections.drop(connectionId)),
      });
    },
    stop,
  });
});
