import { confirmUploads } from '../../lambdas/core/confirm-uploads.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import { uploadOf } from '../contract/rows.ts';
import type { PortCall } from '../memory/gates.ts';
import { createMemoryPorts } from '../memory/memory-ports.ts';

function notice(messageId: string, ...attachmentIds: readonly string[]) {
  return { messageId, files: attachmentIds.map((attachmentId) => ({ attachmentId, bytes: 6 })) };
}

/** Calls about `a_2` fail. */
function failing(error: Error) {
  const before = async ({ method, args }: PortCall): Promise<void> => {
    if (method === 'confirmUpload' && args[0] === 'a_2') throw error;
  };
  return createMemoryPorts({ gates: { before, after: async () => {} } });
}

describe('confirmUploads', () => {
  it('confirms every file that it is told of, with its size, and again if told again', async () => {
    const ports = createMemoryPorts();
    for (const id of ['a_1', 'a_2']) await ports.users.putUpload(uploadOf(id));
    const notices = [notice('one', 'a_1', 'a_2'), notice('two', 'a_2'), notice('empty')];
    expect(await confirmUploads(ports, notices)).toEqual([]);
    const { found } = await ports.users.getUploads(['a_1', 'a_2']);
    const confirmed = { bytes: 6, confirmedAt: ports.clock.now() };
    expect([...found.values()]).toMatchObject([confirmed, confirmed]);
  });

  it('lets go of a file that nobody asked for, or that was told of too late', async () => {
    const ports = createMemoryPorts();
    expect(await confirmUploads(ports, [notice('one', 'a_1')])).toEqual([]);
    expect((await ports.users.getUploads(['a_1'])).found.size).toBe(0);
  });

  it('names what must come back, and does the others', async () => {
    const ports = failing(new Unavailable('nobody knows'));
    for (const id of ['a_1', 'a_2', 'a_3']) await ports.users.putUpload(uploadOf(id));
    const notices = [notice('one', 'a_1'), notice('two', 'a_2'), notice('three', 'a_3')];
    expect(await confirmUploads(ports, notices)).toEqual(['two']);
    const { found } = await ports.users.getUploads(['a_1', 'a_3']);
    expect([...found.values()].every(({ confirmedAt }) => confirmedAt !== undefined)).toBe(true);
    expect(ports.log.lines).toMatchObject([{ level: 'warn', event: 'upload_not_confirmed' }]);
  });

  it('says of a bug that it is one', async () => {
    const ports = failing(new TypeError('a bug of ours'));
    expect(await confirmUploads(ports, [notice('two', 'a_2')])).toEqual(['two']);
    expect(ports.log.lines).toMatchObject([{ level: 'error', event: 'upload_not_confirmed' }]);
  });
});
