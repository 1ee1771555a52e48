import type { Invocation } from '../../../local/lambda/invoke.ts';
import { failedMessages } from '../../../local/sqs/batch-failures.ts';
import type { ReceivedMessage } from '../../../local/sqs/message.ts';

const batch = ['1', '2', '3'].map((messageId): ReceivedMessage => ({
  message: { messageId, body: '', attributes: {}, senderId: '', sentAt: 0 },
  receiptHandle: messageId,
  receiveCount: 1,
  firstReceivedAt: 0,
}));

function failed(payload: unknown, report = true): string[] {
  return [...failedMessages({ ok: true, payload }, batch, report)];
}

const ids = (...identifiers: readonly unknown[]): object => ({
  batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })),
});
const all = ['1', '2', '3'];

describe('the messages of a batch that failed', () => {
  it('are all, if the function failed', () => {
    const failure: Invocation = { ok: false, errorType: 'Unhandled', errorMessage: 'x' };
    expect([...failedMessages(failure, batch, true)]).toEqual(all);
    expect([...failedMessages(failure, batch, false)]).toEqual(all);
  });

  it('are none, if the mapping does not ask for single failures', () => {
    expect(failed(ids('1'), false)).toEqual([]);
  });

  it('are those that the answer names', () => {
    expect(failed(ids('3', '1'))).toEqual(['3', '1']);
  });

  it.each([
    undefined,
    null,
    {},
    { batchItemFailures: null },
    { batchItemFailures: [] },
    { other: 1 },
  ])('are none for %j', (answer) => {
    expect(failed(answer)).toEqual([]);
  });

  it.each([
    ids('1', ''),
    ids('1', null),
    ids('unknown'),
    ids(1),
    { batchItemFailures: 'x' },
    { batchItemFailures: [null] },
    { batchItemFailures: [{ itemIdentifer: '1' }] },
    'done',
    [],
    7,
  ])('are all for an answer that cannot be read: %j', (answer) => {
    expect(failed(answer)).toEqual(all);
  });
});
