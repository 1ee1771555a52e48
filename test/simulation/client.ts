import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import type { ErrorMessage } from '../../protocol/errors.ts';
import type { Ack } from '../../protocol/send-message.ts';
import type { Answer, ServerMessage } from '../../protocol/server-message.ts';
import { signal, type Signal } from '../../protocol/signal.ts';
import type { MemoryRandom } from '../memory/random.ts';
import type { SimulatedGateway, SimulatedSocket } from './gateway.ts';
import type { Answered } from './history.ts';
import { Outbox, type Draft } from './outbox.ts';
import type { Scheduler } from './scheduler.ts';
import { View } from './view.ts';

const ANSWER_MS = 5_000;
/** A gap may close by itself: frames of one connection come in any order (F-12). */
const GAP_MS = 300;
const FRUITLESS_MS = 1_000;
const LONGEST_BACKOFF_MS = 3_000;
const CONVERSATIONS_PER_PING = 10;

type Synced = Extract<Answer, { type: 'synced' }>;

/** The layers that make good what did not arrive. Each is to suffice alone for what it covers. */
export interface Layers {
  /** A later event shows that one is missing. */
  readonly gaps: boolean;
  /** The heads are compared on each heartbeat. */
  readonly heads: boolean;
  /** Everything is compared on each new connection. */
  readonly sync: boolean;
}

export interface ClientOptions {
  readonly userId: string;
  readonly batch: boolean;
  readonly layers: Layers;
  readonly heartbeatMs: number;
  readonly scheduler: Scheduler;
  readonly random: MemoryRandom;
  readonly gateway: SimulatedGateway;
  readonly onAck: (draft: Draft, ack: Ack) => void;
  readonly onFailed: (draft: Draft, error: ErrorMessage) => void;
  /** Sees every request, answered or not; the answer comes with the same object. */
  readonly onAsk: (request: object, connectionId: string | undefined) => void;
  /** Sees every answer to this client, and what it had asked. */
  readonly onAnswer: (answered: Omit<Answered, 'userId'>) => void;
}

interface Asked {
  readonly askedAt: number;
  readonly request: object;
  /** Does nothing if nobody waits any more. */
  readonly settle: (answer: Answer | undefined) => void;
}

/** A model of the client: a connection, an outbox, a view a conversation, and what joins them. */
export class SimulatedClient {
  readonly userId: string;
  readonly views = new Map<string, View>();
  readonly #options: ClientOptions;
  readonly #outbox: Outbox;
  readonly #asked = new Map<string, Asked>();
  /** Conversations to be synced as soon as that is possible. */
  readonly #wanted = new Set<string>();
  #syncing = false;
  /** So many lists are under way. */
  #listing = 0;
  #socket: SimulatedSocket | undefined;
  #isOpen = false;
  #online = false;
  #requests = 0;
  /** So many of them have no answer yet. */
  #waiting = 0;
  #turn = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.userId = options.userId;
    this.#outbox = new Outbox({
      send: (frame) => this.#send(frame),
      after: (milliseconds, action) => options.scheduler.after(milliseconds, action),
      fraction: () => options.random.fraction(),
      acked: (draft, ack) => {
        options.onAck(draft, ack);
        this.#receive(eventOf(this.userId, draft, ack), false);
      },
      failed: options.onFailed,
    });
  }

  /** Nothing waits to be sent, and nothing to be fetched. */
  get isQuiet(): boolean {
    return this.#outbox.isEmpty && this.#wanted.size === 0 && !this.#syncing && this.#listing === 0;
  }

  /** Requests that have no answer yet. */
  get inFlight(): number {
    return this.#waiting + this.#outbox.inFlight;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get connectionId(): string | undefined {
    return this.#socket?.caller.connectionId;
  }

  start(): void {
    if (this.#online) return;
    this.#online = true;
    this.#open();
  }

  /** The network is gone, until `start`. */
  stop(): void {
    this.#online = false;
    this.#drop();
  }

  /** It goes without a word: nobody is told, not even the gateway. */
  vanish(): void {
    this.#online = false;
    this.#socket?.vanish();
    this.#drop();
  }

  /** The connection breaks; a new one is opened. */
  reconnect(): void {
    this.#drop();
    if (this.#online) this.#openLater();
  }

  /** The program ends and starts again: with what it has stored, or with nothing but its outbox. */
  restart(keepViews: boolean): void {
    if (!keepViews) this.views.clear();
    this.#wanted.clear();
    this.reconnect();
  }

  send(draft: Draft): void {
    this.#outbox.add(draft);
  }

  /** Asks once: what was answered, if anything was within five seconds. */
  ask(frame: object): Promise<Answer | undefined> {
    this.#requests += 1;
    const requestId = `r${this.#requests}`;
    const request = { ...frame, requestId };
    this.#options.onAsk(request, this.connectionId);
    return new Promise((resolve) => {
      const stop = this.#options.scheduler.after(ANSWER_MS, () => settle(undefined));
      let waits = true;
      this.#waiting += 1;
      const settle = (answer: Answer | undefined): void => {
        if (!waits) return;
        waits = false;
        this.#waiting -= 1;
        stop();
        resolve(answer);
      };
      this.#asked.set(requestId, {
        askedAt: this.#options.scheduler.clock.now(),
        request,
        settle,
      });
      if (!this.#send(request)) settle(undefined);
    });
  }

  /** Asks until there is an answer that stands. */
  async askUntilAnswered(frame: object): Promise<Answer> {
    for (;;) {
      const answer = await this.ask(frame);
      if (answer !== undefined && !(answer.type === 'error' && mayChange(answer))) return answer;
      await this.#options.scheduler.sleep(FRUITLESS_MS);
    }
  }

  /** A heartbeat, now. */
  beat(): void {
    const { heartbeatMs, layers } = this.#options;
    const cursors = layers.heads ? { cursors: this.#cursors(this.#nextInTurn()) } : {};
    void this.#compareHeads({ type: 'ping', intervalMs: heartbeatMs, ...cursors });
  }

  // ── The connection ─────────────────────────────────────────────────────────────────────────────

  #send(frame: object): boolean {
    if (!this.#isOpen) return false;
    this.#socket?.send(JSON.stringify(frame));
    return true;
  }

  #open(): void {
    const { gateway, userId, batch } = this.#options;
    const isCurrent = (): boolean => this.#socket === socket;
    const socket = gateway.open(userId, batch, {
      opened: () => {
        if (isCurrent()) this.#opened(socket);
      },
      refused: () => {
        if (isCurrent()) this.reconnect();
      },
      closed: () => {
        if (isCurrent()) this.reconnect();
      },
      frame: (text) => {
        if (isCurrent()) this.#frame(text);
      },
    });
    this.#socket = socket;
  }

  #opened(socket: SimulatedSocket): void {
    this.#isOpen = true;
    this.#outbox.restart();
    if (this.#options.layers.sync) void this.#syncAll();
    else this.#flush();
    this.#beatAgain(socket);
  }

  #beatAgain(socket: SimulatedSocket): void {
    this.#options.scheduler.after(this.#options.heartbeatMs, () => {
      if (this.#socket !== socket) return;
      this.beat();
      this.#beatAgain(socket);
    });
  }

  #openLater(): void {
    const { scheduler, random } = this.#options;
    scheduler.after(random.fraction() * LONGEST_BACKOFF_MS, () => {
      if (this.#online && this.#socket === undefined) this.#open();
    });
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isOpen = false;
    socket?.cut();
    for (const { settle } of this.#asked.values()) settle(undefined);
  }

  #frame(text: string): void {
    const frame = JSON.parse(text) as ServerMessage | { readonly message: string };
    // The gateway's own frames have no type (F-10).
    if (!('type' in frame)) return;
    if (frame.type === 'events') for (const event of frame.events) this.#receive(event, false);
    else if (frame.type === 'closing') this.reconnect();
    else if (isEvent(frame)) this.#receive(frame, false);
    else if (!isSignal(frame)) this.#answered(frame);
  }

  #answered(answer: Answer): void {
    const asked = this.#asked.get(answer.requestId ?? '');
    const at = this.#options.scheduler.clock.now();
    const { askedAt = at, request = {} } = asked ?? {};
    this.#options.onAnswer({ askedAt, at, request, answer });
    asked?.settle(answer);
    if (answer.type === 'ack') {
      if (asked === undefined) this.#outbox.onAck(answer);
      else this.#receive(eventOf(this.userId, request as Draft, answer), false);
    }
    if (answer.type !== 'error') return;
    if (asked === undefined) this.#outbox.onError(answer);
    // The token has ended: the next connection brings a fresh one.
    if (answer.code === 'unauthorized') this.reconnect();
  }

  // ── The views ──────────────────────────────────────────────────────────────────────────────────

  #viewOf(conversationId: string): View {
    const there = this.views.get(conversationId);
    if (there !== undefined) return there;
    const view = new View();
    this.views.set(conversationId, view);
    return view;
  }

  #receive(event: ConversationEvent, begins: boolean): boolean {
    const id = event.conversationId;
    const received = this.#viewOf(id).receive(event, begins || this.#beginsHere(event));
    if (received === 'other_history') {
      this.#viewOf(id).reset();
      this.#want(id);
    }
    if (received === 'held' && this.#options.layers.gaps) {
      this.#options.scheduler.after(GAP_MS, () => {
        if (this.#viewOf(id).hasGap) this.#want(id);
      });
    }
    return received === 'applied';
  }

  /** Whether this client's entitlement begins with the event: its user comes in with it. */
  #beginsHere(event: ConversationEvent): boolean {
    return 'members' in event && event.members.includes(this.userId);
  }

  async #compareHeads(ping: object): Promise<void> {
    const pong = await this.ask(ping);
    if (pong?.type !== 'pong') return;
    for (const [id, head] of Object.entries(pong.heads)) {
      const { seq, epoch } = this.#viewOf(id).cursor;
      if (epoch !== head.epoch || seq < head.seq) this.#want(id);
    }
  }

  async #syncAll(): Promise<void> {
    this.#listing += 1;
    await this.#list();
    this.#listing -= 1;
    for (const id of this.views.keys()) this.#wanted.add(id);
    this.#flush();
  }

  async #list(): Promise<void> {
    let after: string | undefined;
    do {
      const page = await this.ask({ type: 'list_conversations', ...(after && { after }) });
      if (page?.type !== 'conversations') {
        if (!this.#isOpen) return;
        await this.#options.scheduler.sleep(FRUITLESS_MS);
        continue;
      }
      for (const { conversationId } of page.conversations) this.#viewOf(conversationId);
      after = page.next;
      if (after === undefined) break;
    } while (this.#isOpen);
  }

  #want(conversationId: string): void {
    this.#wanted.add(conversationId);
    this.#flush();
  }

  #flush(): void {
    if (this.#syncing || this.#wanted.size === 0 || !this.#isOpen) return;
    this.#syncing = true;
    void this.#syncWanted();
  }

  async #syncWanted(): Promise<void> {
    const fruitful = await this.#sync();
    if (!fruitful) await this.#options.scheduler.sleep(FRUITLESS_MS);
    this.#syncing = false;
    this.#flush();
  }

  /** One round of sync for everything wanted. Answers whether it brought anything on. */
  async #sync(): Promise<boolean> {
    const ids = [...this.#wanted];
    // What is wanted from here on may be later than what this answer brings.
    this.#wanted.clear();
    const asked = this.#cursors(ids);
    const answer = await this.ask({ type: 'sync', conversations: asked });
    if (answer?.type !== 'synced') {
      for (const id of ids) this.#wanted.add(id);
      return false;
    }
    const told = new Set(answer.conversations.map(({ conversationId }) => conversationId));
    // What an incomplete answer leaves out was not looked at.
    if (!answer.complete) for (const id of ids) if (!told.has(id)) this.#wanted.add(id);
    const applied = answer.conversations.map((conversation) =>
      this.#take(conversation, asked[conversation.conversationId]?.seq ?? 0),
    );
    return answer.complete || applied.includes(true);
  }

  /** @param heldSeq the cursor that was asked with */
  #take(conversation: Synced['conversations'][number], heldSeq: number): boolean {
    const { conversationId } = conversation;
    const view = this.#viewOf(conversationId);
    if ('error' in conversation) {
      this.views.delete(conversationId);
      return true;
    }
    if ('reset' in conversation) {
      view.reset();
      // Nothing held: there is nothing that could fail to join.
      if (conversation.seq > 0) this.#wanted.add(conversationId);
      return true;
    }
    if (view.cursor.seq < heldSeq) {
      // Reset since then: what comes after the old cursor does not join what is held now.
      this.#wanted.add(conversationId);
      return true;
    }
    let applied = false;
    for (const event of conversation.events) {
      if (this.#receive(event, heldSeq === 0 && view.cursor.seq === 0)) applied = true;
    }
    if (!conversation.complete) this.#wanted.add(conversationId);
    return applied;
  }

  #cursors(ids: readonly string[]): Record<string, View['cursor']> {
    return Object.fromEntries(ids.map((id) => [id, this.#viewOf(id).cursor]));
  }

  /** As many conversations as a ping takes, and the others with the next ones. */
  #nextInTurn(): readonly string[] {
    const ids = [...this.views.keys()];
    const turn = this.#turn;
    this.#turn = (turn + CONVERSATIONS_PER_PING) % Math.max(1, ids.length);
    return [...ids, ...ids].slice(turn, turn + Math.min(ids.length, CONVERSATIONS_PER_PING));
  }
}

const EVENT_TYPES: ReadonlySet<string> = new Set<ConversationEvent['type']>([
  'message',
  'conversation_created',
  'members_added',
  'member_removed',
  'role_set',
  'message_edited',
  'message_deleted',
  'reaction',
  'conversation_updated',
  'conversation_deleted',
  'void',
]);

export function isEvent(message: ServerMessage): message is ConversationEvent {
  return EVENT_TYPES.has(message.type);
}

const SIGNAL_TYPES: ReadonlySet<string> = new Set(
  signal.options.map(({ shape }) => shape.type.value),
);

export function isSignal(message: ServerMessage): message is Signal {
  return SIGNAL_TYPES.has(message.type);
}

/** The message that an ack completes: the sender's own socket never gets it otherwise. */
function eventOf(senderId: string, draft: Draft, ack: Ack): ConversationEvent {
  const { conversationId, serverId, seq, epoch, localId, timestamp } = ack;
  const { content, replyTo } = draft;
  return {
    type: 'message',
    conversationId,
    serverId,
    seq,
    epoch,
    senderId,
    localId,
    content,
    contentType: 'text/plain',
    ...(replyTo !== undefined && { replyTo }),
    timestamp,
  };
}

function mayChange(error: ErrorMessage): boolean {
  return error.retryable || error.code === 'unauthorized';
}
