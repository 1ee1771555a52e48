import type { Answer } from '../../protocol/server-message.ts';
import { MemoryChat } from '../support/memory-chat.ts';
import { DOCUMENT, readSections, type Block } from './document.ts';

/** What differs from run to run: random histories and files. They are the same thing by another name. */
const RANDOM = /[\w-]{22}(?=\.1\b)|(?<=\ba_)[\w-]{22}/g;

/** Takes an epoch of the document for one of the chat, and stays with that. */
class Epochs {
  private readonly known = new Map<string, string>();

  /** Pairs the epochs of two texts by their order. */
  pair(documented: string, real: string): void {
    const reals = real.match(RANDOM) ?? [];
    for (const [index, epoch] of (documented.match(RANDOM) ?? []).entries()) {
      if (!this.known.has(epoch)) this.known.set(epoch, reals[index] ?? epoch);
    }
  }

  /** The document's text with the chat's epochs. */
  real(documented: string): string {
    return documented.replaceAll(RANDOM, (epoch) => this.known.get(epoch) ?? epoch);
  }
}

/** How large the documented file is. */
const BYTES = 48_213;

/**
 * The documented examples, in their order, as alice (or whom a block names) sends them, and what bob gets: an event
 * at any time, a signal by then.
 */
const BLOCKS = readSections().flatMap(({ name, blocks }) =>
  blocks.filter(({ kind }) => kind !== 'example').map((block) => ({ section: name, ...block })),
);

/** The token that stands in the document. */
const [, TOKEN = ''] = /"token": "([^"]+)"/.exec(DOCUMENT) ?? [];

async function people() {
  const chat = new MemoryChat();
  const alice = await chat.connect('alice');
  const bob = await chat.connect('bob');
  const carol = await chat.connect('carol');
  await chat.direct(alice, 'bob');
  await chat.deliver();
  chat.ports.tokens.issue('alice', Infinity, TOKEN);
  return { chat, alice, bob, carol };
}

/** What a client does with an upload: the form, over HTTP. The bucket tells of it before the next request. */
async function sendFile(chat: MemoryChat, answer: Answer): Promise<void> {
  if (answer.type !== 'upload') return;
  expect(chat.ports.attachments.post(answer, BYTES)).toBe(true);
  await chat.confirm();
}

describe('the examples of docs/PROTOCOL.md', () => {
  it('are what the chat answers, one after the other, field by field', async () => {
    const { chat, ...callers } = await people();
    const epochs = new Epochs();
    let answer = '';
    const got = {
      request: async (text: string, asker = 'alice') => {
        const caller = callers[asker as keyof typeof callers];
        answer = JSON.stringify(await chat.ask(caller, JSON.parse(epochs.real(text))));
        await sendFile(chat, JSON.parse(answer) as Answer);
        await chat.deliver();
        return JSON.parse(epochs.real(text)) as unknown;
      },
      answer: (text: string) => {
        epochs.pair(text, answer);
        return JSON.parse(answer) as unknown;
      },
      event: (text: string) => {
        const { seq, conversationId } = JSON.parse(text) as {
          seq: number;
          conversationId: string;
        };
        return chat
          .eventsOf(callers.bob)
          .find((event) => event.seq === seq && event.conversationId === conversationId);
      },
      signal: (text: string) => {
        const { type } = JSON.parse(text) as { type: string };
        return chat.framesOf(callers.bob).findLast((frame) => frame.type === type);
      },
    } satisfies Record<Exclude<Block['kind'], 'example'>, unknown>;
    for (const { section, kind, asker, text } of BLOCKS) {
      if (kind === 'example') continue;
      const real = await got[kind](text, asker);
      expect([section, kind, real]).toEqual([section, kind, JSON.parse(epochs.real(text))]);
    }
    expect(BLOCKS.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['request', 'answer', 'event', 'signal']),
    );
  });
});
