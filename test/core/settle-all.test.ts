import { settleAll } from '../../lambdas/core/settle-all.ts';
import { deferred } from '../support/deferred.ts';

describe('settleAll', () => {
  it('answers every value in its place', async () => {
    expect(await settleAll([Promise.resolve(1), 'two', Promise.resolve(undefined)])).toEqual([
      1,
      'two',
      undefined,
    ]);
    expect(await settleAll([])).toEqual([]);
  });

  it('rejects only after the last has ended, with the first failure', async () => {
    const slow = deferred<string>();
    const order: string[] = [];
    const all = settleAll([
      slow.promise.then((value) => order.push(value)),
      Promise.reject(new Error('first')),
      Promise.reject(new Error('second')),
    ]).catch((error: Error) => order.push(error.message));
    await Promise.resolve();
    slow.resolve('slow');
    await all;
    expect(order).toEqual(['slow', 'first']);
  });
});
