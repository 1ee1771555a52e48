import { FRAMES_PER_ROUND, fuzzRound, type Sent } from './fuzz-round.ts';
import type { FuzzWorld } from './fuzz-world.ts';

/** Its ports fail now and then. */
const FAILING_SEED = 3;

async function framesOf(seed: number, frames: number): Promise<Sent[]> {
  const all: Sent[] = [];
  await fuzzRound(seed, frames, { onFrame: () => (sent) => all.push(sent) });
  return all;
}

/** Bugs that some frame of a round must find, and what is said of it. */
const BUGS: readonly (readonly [what: string, said: RegExp, plant: (world: FuzzWorld) => void])[] =
  [
    [
      'an exception that nobody expects',
      /answered with internal/,
      ({ chat }) => {
        chat.ports.conversations.getHead = () => Promise.reject(new TypeError('a bug'));
      },
    ],
    [
      'an answer without its shape',
      /Invalid/,
      ({ chat }) => {
        // The clock's own type: no time of it is a timestamp of the wire.
        chat.ports.clock.now = () => 0.5;
      },
    ],
    [
      'an answer that no frame holds',
      /larger than a frame/,
      ({ chat }) => {
        const ask = chat.ask.bind(chat);
        chat.ask = async (...asked) => {
          const answer = await ask(...asked);
          return answer.type === 'error' ? { ...answer, message: 'x'.repeat(40_000) } : answer;
        };
      },
    ],
    [
      'a text of the frame in a log line',
      /logged .*, which is the frame's/s,
      ({ chat }) => {
        const { conversations, log } = chat.ports;
        const putEvent = conversations.putEvent.bind(conversations);
        conversations.putEvent = (event) => {
          if (event.type === 'message') log.write('info', 'stored', { content: event.content });
          return putEvent(event);
        };
      },
    ],
    [
      'a line of level error',
      /logged .*"level":"error"/,
      ({ chat }) => {
        const { users, log } = chat.ports;
        const putSession = users.putSession.bind(users);
        users.putSession = (...asked) => {
          log.write('error', 'session_not_put');
          return putSession(...asked);
        };
      },
    ],
    [
      'an event that the worker cannot render',
      /event_not_rendered/,
      ({ chat }) => {
        const { conversations } = chat.ports;
        const listEvents = conversations.listEvents.bind(conversations);
        conversations.listEvents = async (range) => {
          const page = await listEvents(range);
          const broken = page.events.map((event) =>
            event.type === 'message' ? ({ ...event, type: 'confetti' } as never) : event,
          );
          return { ...page, events: broken };
        };
      },
    ],
    [
      'a prototype that a frame has reached',
      /changed a prototype/,
      ({ chat }) => {
        chat.ports.users.getSessions = async () => {
          // Not to be seen by whoever lists properties, but there.
          const polluted = { value: true, configurable: true };
          Reflect.defineProperty(Reflect.getPrototypeOf({}) ?? {}, 'polluted', polluted);
          return [];
        };
      },
    ],
  ];

describe('a round of frames', () => {
  afterEach(() => {
    Reflect.deleteProperty(Object.prototype, 'polluted');
  });

  it.each(BUGS)('finds %s', async (_what, said, plant) => {
    await expect(fuzzRound(1, FRAMES_PER_ROUND, { onWorld: plant })).rejects.toThrow(said);
  });

  it('tells of a failure by the frame, and by the command that sends it again', async () => {
    const failure: unknown = await fuzzRound(1, FRAMES_PER_ROUND, {
      onWorld: ({ chat }) => {
        chat.ports.conversations.getHead = () => Promise.reject(new TypeError('a bug'));
      },
    }).catch((error: unknown) => error);
    const { message } = failure as Error;
    const [, seed, frames] = /npm run fuzz -- --seed (\d+) --frames (\d+)$/.exec(message) ?? [];
    const [, literal = ''] = /^ {2}frame: (.*)$/m.exec(message) ?? [];
    const last = (await framesOf(Number(seed), Number(frames))).at(-1);
    expect(JSON.parse(literal)).toBe(last?.frame);
  });

  it.each([1, FAILING_SEED])('of seed %i is the same each time', async (seed) => {
    const once = await framesOf(seed, 300);
    expect(await framesOf(seed, 300)).toEqual(once);
    expect(once).toHaveLength(300);
  });

  it('of another seed sends other frames', async () => {
    const [one, other] = [await framesOf(1, 50), await framesOf(2, 50)];
    expect(one.map(({ frame }) => frame)).not.toEqual(other.map(({ frame }) => frame));
  });
});
