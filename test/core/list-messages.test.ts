import * as fc from 'fast-check';
import { LIMITS } from '../../protocol/limits.ts';
import type { Caller } from '../../lambdas/core/caller.ts';
import type { MemoryChat } from '../support/memory-chat.ts';
import {
  aliceBefore,
  EPOCH,
  lastOf,
  message,
  numbers,
  plan,
  planOf,
  reachableFrom,
  visibleTo,
  type Plan,
} from './planned-log.ts';

const SECOND_MS = 1_000;
const MANY = Array.from({ length: 149 }, () => message('bob'));

interface Question {
  readonly limit?: number;
  readonly before?: number;
  readonly after?: number;
}

async function pageOf(chat: MemoryChat, caller: Caller, question: Question) {
  const frame = { type: 'list_messages', conversationId: 'g_1', ...question };
  const answer = await chat.expect(caller, 'messages', frame);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(LIMITS.frameBytes);
  expect(answer.epoch).toBe(EPOCH);
  return { seqs: answer.events.map(({ seq }) => seq), complete: answer.complete };
}

/** The first page that the question gets of a planned log. */
async function ask(it: Plan, question: Question) {
  const { chat, alice } = await aliceBefore(it);
  return pageOf(chat, alice, question);
}

/** Asks for page after page until there is no more, a second later where nothing came. All numbers, as they came. */
async function walk(it: Plan, first: Question, next: (seqs: readonly number[]) => Question) {
  const { chat, alice } = await aliceBefore(it);
  const pages: number[][] = [];
  for (let question = first; pages.length < 200;) {
    const { seqs, complete } = await pageOf(chat, alice, question);
    pages.push(seqs);
    if (complete) return pages;
    if (seqs.length === 0) chat.ports.clock.advance(SECOND_MS);
    else question = { ...first, ...next(seqs) };
  }
  throw new Error('the pages do not come to an end');
}

const members = plan().filter(({ stays }) => stays.at(-1)?.left === undefined);
const limits = fc.integer({ min: 1, max: 20 });

describe('list_messages', () => {
  it('brings, page by page backward, everything that the asker may see below the first, once each', async () => {
    await fc.assert(
      fc.asyncProperty(members, limits, async (it, limit) => {
        const pages = await walk(it, { limit }, (seqs) => ({ before: seqs.at(-1) ?? 0 }));
        const got = pages.flat();
        const visible = visibleTo(it, lastOf(it));
        expect(got).toEqual(visible.filter((seq) => seq <= (got[0] ?? 0)).toReversed());
        // The first page begins at the end of what is settled, or above.
        expect(got[0]).toBeGreaterThanOrEqual(Math.min(reachableFrom(it, 1), visible.at(-1) ?? 0));
        expect(pages.filter((seqs) => seqs.length > limit || !isContiguous(seqs))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('brings, page by page forward, everything that the asker may see after a number, once each', async () => {
    await fc.assert(
      fc.asyncProperty(members, limits, fc.nat({ max: 45 }), async (it, limit, after) => {
        const pages = await walk(it, { limit, after }, (seqs) => ({ after: seqs[0] ?? 0 }));
        // Each page is newest first, as always.
        const got = pages.flatMap((seqs) => seqs.toReversed());
        expect(got).toEqual(visibleTo(it, lastOf(it)).filter((seq) => seq > after));
        expect(pages.filter((seqs) => seqs.length > limit || !isContiguous(seqs))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('answers 50 events if nothing is asked for, and 100 at most', async () => {
    expect(await ask(planOf(MANY), {})).toEqual({
      seqs: numbers(101, 150).toReversed(),
      complete: false,
    });
    expect((await ask(planOf(MANY), { limit: 100 })).seqs).toHaveLength(100);
    const { chat, alice } = await aliceBefore(planOf(MANY));
    const frame = { type: 'list_messages', conversationId: 'g_1', limit: 101 };
    expect(await chat.ask(alice, frame)).toMatchObject({ code: 'bad_request' });
  });

  it.each<[string, Question, number[], boolean]>([
    ['just before a number', { before: 4, limit: 2 }, [3, 2], false],
    ['down to the first', { before: 4 }, [3, 2, 1], true],
    ['before the first, where nothing is', { before: 1 }, [], true],
    ['from far beyond the end', { before: 99, limit: 2 }, [5, 4], false],
    ['just after a number', { after: 2, limit: 2 }, [4, 3], false],
    ['up to the last', { after: 2 }, [5, 4, 3], true],
    ['after nothing: from the first on', { after: 0, limit: 2 }, [2, 1], false],
    ['after the last, where nothing is', { after: 5 }, [], true],
    ['after far beyond the end', { after: 99 }, [], true],
    ['of exactly what is there', { limit: 5 }, [5, 4, 3, 2, 1], true],
  ])('answers a page %s', async (_which, question, seqs, complete) => {
    expect(await ask(planOf(MANY.slice(0, 4)), question)).toEqual({ seqs, complete });
  });

  it('refuses before and after together', async () => {
    const { chat, alice } = await aliceBefore(planOf([]));
    const frame = { type: 'list_messages', conversationId: 'g_1', before: 2, after: 1 };
    expect(await chat.ask(alice, frame)).toMatchObject({ code: 'bad_request' });
  });

  it('cuts a page so that it fits a frame, and says that there is more', async () => {
    const large = planOf(Array.from({ length: 9 }, () => message('bob', 7_000)));
    expect(await ask(large, {})).toEqual({ seqs: [10, 9, 8, 7], complete: false });
    // Forward too, and from its near end.
    expect(await ask(large, { after: 2 })).toEqual({ seqs: [6, 5, 4, 3], complete: false });
  });

  it('holds one event at least, however large it is', async () => {
    const largest = planOf([message('bob', LIMITS.contentBytes - 2)]);
    expect(await ask(largest, { limit: 1 })).toEqual({ seqs: [2], complete: false });
  });

  it('never reaches over the time between two stays, and goes on beyond it', async () => {
    const it = planOf(MANY.slice(0, 6), { stays: [{ joined: 1, left: 2 }, { joined: 5 }] });
    expect(await ask(it, {})).toEqual({ seqs: [7, 6, 5], complete: false });
    expect(await ask(it, { before: 5 })).toEqual({ seqs: [2, 1], complete: true });
    expect(await ask(it, { after: 0 })).toEqual({ seqs: [2, 1], complete: false });
    expect(await ask(it, { after: 2 })).toEqual({ seqs: [7, 6, 5], complete: true });
  });

  it('shows what was there before the asker joined only where history is open', async () => {
    const late = { stays: [{ joined: 3 }] };
    expect((await ask(planOf(MANY.slice(0, 3), late), {})).seqs).toEqual([4, 3]);
    const open = planOf(MANY.slice(0, 3), { ...late, history: 'all' });
    expect(await ask(open, {})).toEqual({ seqs: [4, 3, 2, 1], complete: true });
  });

  it('begins below a hole that is young, and shows it as a void once it is old', async () => {
    const it = planOf([message('bob'), 'hole', message('bob')], { young: 3 });
    const { chat, alice } = await aliceBefore(it);
    expect(await pageOf(chat, alice, {})).toEqual({ seqs: [2, 1], complete: true });
    // Where a page must join what is held, it ends at the hole.
    expect(await pageOf(chat, alice, { before: 4 })).toEqual({ seqs: [], complete: false });
    expect(await pageOf(chat, alice, { after: 2 })).toEqual({ seqs: [], complete: false });
    chat.ports.clock.advance(SECOND_MS);
    expect(await pageOf(chat, alice, { after: 2 })).toEqual({ seqs: [4, 3], complete: true });
    expect(chat.ports.conversations.eventsOf('g_1').map(({ type }) => type)).toEqual([
      'conversation_created',
      'message',
      'void',
      'message',
    ]);
  });

  it.each(['a former member', 'a stranger'])('is not found by %s', async (who) => {
    const stays = [{ joined: 1, left: 2 }];
    const { chat, alice } = await aliceBefore(planOf([message('bob')], { stays }));
    const caller = who === 'a stranger' ? await chat.connect('carol') : alice;
    const answer = await chat.ask(caller, { type: 'list_messages', conversationId: 'g_1' });
    const nothing = await chat.ask(caller, { type: 'list_messages', conversationId: 'g_2' });
    expect(answer).toMatchObject({ type: 'error', code: 'not_found' });
    expect(JSON.stringify(answer)).toBe(JSON.stringify(nothing));
  });
});

function isContiguous(seqs: readonly number[]): boolean {
  return seqs.every((seq, at) => at === 0 || seq === (seqs[at - 1] ?? 0) - 1);
}
