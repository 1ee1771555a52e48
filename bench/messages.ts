import { startApp } from '../local/command/start-app.ts';
import { runGroup } from './group-run.ts';
import type { GroupResult, GroupRun } from './group-run.ts';
import { priceOf } from './prices.ts';
import { markdownTable, median, quantile } from './report.ts';

const RUNS: readonly (GroupRun & { readonly name: string })[] = [
  { name: '1 sender of 2', members: 2, senders: 1, messagesEach: 400, batch: false },
  { name: '1 sender of 50', members: 50, senders: 1, messagesEach: 400, batch: true },
  { name: '50 senders of 50', members: 50, senders: 50, messagesEach: 40, batch: true },
  {
    name: '1 sender of 50, an event a frame',
    members: 50,
    senders: 1,
    messagesEach: 100,
    batch: false,
  },
  {
    name: '50 senders of 50, an event a frame',
    members: 50,
    senders: 50,
    messagesEach: 10,
    batch: false,
  },
];
/** Each run is made so often, in turn, so that a busy machine troubles all of them alike. */
const ROUNDS = 3;

/** What a message costs, and how long it takes, with one sender and with fifty. */
export async function benchMessages(): Promise<string> {
  // What is measured is the chat, and not how it holds somebody up.
  const cloud = await startApp({ context: { limits: 'messagesPerMinute=10000' } });
  try {
    const rounds: GroupResult[][] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const results: GroupResult[] = [];
      for (const run of RUNS) {
        console.error(`round ${round} of ${ROUNDS}: ${run.name}`);
        results.push(await runGroup(cloud, run));
      }
      rounds.push(results);
    }
    return report(rounds);
  } finally {
    await cloud.stop();
  }
}

function report(rounds: readonly (readonly GroupResult[])[]): string {
  const head = [
    'messages',
    'sending: writes + reads',
    'all: writes + reads',
    '$ a million',
    'ack, ms (median, 95 %)',
    'delivery, ms (median, 95 %)',
    'messages/s',
    'frames given up',
  ];
  const rows = RUNS.map(({ name }, index) => {
    const ofRun = rounds.flatMap((results) => results[index] ?? []);
    return [name, ...cellsOf(ofRun)];
  });
  const ratios = [
    ['50 senders : 1 sender', 'sending, units', 'all, units', 'ack time', 'messages/s'],
    ['batches', ...ratiosOf(rounds, 1, 2)],
    ['an event a frame', ...ratiosOf(rounds, 3, 4)],
  ];
  return `${markdownTable([head, ...rows])}\n\n${markdownTable(ratios)}\n`;
}

function cellsOf(results: readonly GroupResult[]): string[] {
  const middle = (of: (result: GroupResult) => number, digits: number): string =>
    median(results.map(of)).toFixed(digits);
  const both = (of: (result: GroupResult) => readonly number[]): string =>
    `${middle((result) => median(of(result)), 0)}, ${middle((result) => quantile(of(result), 0.95), 0)}`;
  return [
    `${middle(({ sending }) => sending.writeUnits, 2)} + ${middle(({ sending }) => sending.readUnits, 2)}`,
    `${middle(({ billed }) => billed.writeUnits, 2)} + ${middle(({ billed }) => billed.readUnits, 2)}`,
    middle(({ billed }) => priceOf(billed), 2),
    both(({ acks }) => acks),
    both(({ deliveries }) => deliveries),
    middle(({ rate }) => rate, 0),
    String(results.reduce((sum, { missing }) => sum + missing, 0)),
  ];
}

/** Of the two runs of each round, one beside the other; the median of the rounds. */
function ratiosOf(
  rounds: readonly (readonly GroupResult[])[],
  one: number,
  fifty: number,
): string[] {
  const ratio = (of: (result: GroupResult) => number): string => {
    const ratios = rounds.map((results) => {
      const [below, above] = [results[one], results[fifty]];
      return below && above ? of(above) / of(below) : Number.NaN;
    });
    return `× ${median(ratios).toFixed(2)}`;
  };
  return [
    ratio(({ sending }) => sending.writeUnits + sending.readUnits),
    ratio(({ billed }) => billed.writeUnits + billed.readUnits),
    ratio(({ acks }) => median(acks)),
    ratio(({ rate }) => rate),
  ];
}
