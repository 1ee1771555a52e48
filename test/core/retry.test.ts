import { Unavailable, type Batch } from '../../lambdas/core/ports.ts';
import { backoffMs, readAll, readInPart } from '../../lambdas/core/retry.ts';
import { createMemoryPorts } from '../memory/memory-ports.ts';

const KEYS = ['a', 'b', 'c', 'd', 'e'];

/** A batch read that does as each of the answers in turn says: which keys it leaves, or that it fails. */
function reading(...answers: readonly (readonly string[] | Error)[]) {
  const asked: (readonly string[])[] = [];
  const read = async (keys: readonly string[]): Promise<Batch<string>> => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(keys);
    if (answer instanceof Error) throw answer;
    const unprocessed = keys.filter((key) => answer.includes(key));
    const found = keys.filter((key) => !answer.includes(key) && key !== 'e');
    return { found: new Map(found.map((key) => [key, key.toUpperCase()])), unprocessed };
  };
  return { read, asked };
}

describe('readAll', () => {
  it('F-48 asks again for what was left, until there is nothing left; what does not exist is not found', async () => {
    const { read, asked } = reading(['b', 'c'], ['c'], []);
    const found = await readAll(createMemoryPorts(), KEYS, 100, read);
    expect([...found]).toEqual([
      ['a', 'A'],
      ['d', 'D'],
      ['b', 'B'],
      ['c', 'C'],
    ]);
    expect(asked).toEqual([KEYS, ['b', 'c'], ['c']]);
  });

  it('F-48 gives up after six reads in a row that brought nothing', async () => {
    const { read, asked } = reading(['b', 'c'], ['c']);
    await expect(readAll(createMemoryPorts(), KEYS, 100, read)).rejects.toThrow(Unavailable);
    expect(asked).toHaveLength(2 + 6);
  });

  it('reads in batches of the size given, and nothing for no keys', async () => {
    const { read, asked } = reading([]);
    await readAll(createMemoryPorts(), KEYS, 2, read);
    expect(asked).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    await readAll(createMemoryPorts(), [], 2, read);
    expect(asked).toHaveLength(3);
  });
});

describe('readInPart', () => {
  it('F-49 answers what it has, and which keys stay unread', async () => {
    const { found, unread } = await readInPart(createMemoryPorts(), KEYS, 100, reading(['c']).read);
    expect([...found.keys()]).toEqual(['a', 'b', 'd']);
    expect([...unread]).toEqual(['c']);
  });

  it('F-49 does not try on where what was left is refused: whoever read has tried for long', async () => {
    const { read, asked } = reading(['b', 'c'], new Unavailable('hot'));
    const { found, unread } = await readInPart(createMemoryPorts(), KEYS, 100, read);
    expect([...found.keys()]).toEqual(['a', 'd']);
    expect([...unread]).toEqual(['b', 'c']);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['everything stays unprocessed', KEYS],
    ['the first read fails', new Unavailable('hot')],
  ])('is unavailable where %s', async (_what, answer) => {
    const reads = readInPart(createMemoryPorts(), KEYS, 100, reading(answer).read);
    await expect(reads).rejects.toThrow(Unavailable);
  });

  it('passes on what is no passing failure', async () => {
    const { read } = reading(['b'], new TypeError('a bug'));
    await expect(readInPart(createMemoryPorts(), KEYS, 100, read)).rejects.toThrow(TypeError);
  });
});

describe('backoffMs', () => {
  it('doubles from try to try, with jitter over its upper half', () => {
    for (const fraction of [0, 0.5, 0.999]) {
      const random = { fraction: () => fraction, id: () => '' };
      const delays = [1, 2, 3].map((attempt) => backoffMs(random, attempt, 100));
      expect(delays).toEqual([100, 200, 400].map((longest) => longest * (0.5 + fraction / 2)));
    }
  });
});
