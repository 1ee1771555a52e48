import { checkAnswers } from './checks/answers.ts';
import { Facts } from './checks/facts.ts';
import { checkLists } from './checks/lists.ts';
import { checkMarks } from './checks/marks.ts';
import { checkSignals } from './checks/signals.ts';
import { checkDelivered, checkLog } from './checks/log.ts';
import { checkMessages } from './checks/messages.ts';
import { checkRoles } from './checks/roles.ts';
import { checkStaleSessions } from './checks/sessions.ts';
import { checkViews } from './checks/views.ts';
import { checkWire } from './checks/wire.ts';
import type { Layers, SimulatedClient } from './client.ts';
import type { Rates } from './faults.ts';
import { LEAVING_MS } from '../../lambdas/core/conversation-log/number.ts';
import { isCurrent } from '../../lambdas/core/membership.ts';
import { World } from './world.ts';

/** Time for everything under way: a killed worker's nudge comes back after a minute. */
const REST_MS = 150_000;
const MINUTES_MS = 10 * 60_000;

/** A small scene: a group of three, one of them with two devices. */
export class Stage {
  readonly world: World;
  readonly ann: SimulatedClient;
  readonly annsPhone: SimulatedClient;
  readonly ben: SimulatedClient;
  readonly cleo: SimulatedClient;
  group = '';
  readonly #layers: Layers;
  #written = 0;

  private constructor(world: World, layers: Layers) {
    this.world = world;
    this.#layers = layers;
    this.ann = world.addClient('ann');
    this.annsPhone = world.addClient('ann', false);
    this.ben = world.addClient('ben');
    this.cleo = world.addClient('cleo');
  }

  /**
   * @param layers of the clients. Default: none, so that what is not delivered is missing
   * @param rates of the faults once `world.plan.begin()` is called. Default: none
   */
  static async set(
    seed: number,
    layers: Layers = { gaps: false, heads: false, sync: false },
    rates: Rates = {},
  ): Promise<Stage> {
    const stage = new Stage(new World({ seed, rates, layers }), layers);
    const { world } = stage;
    world.plan.heal();
    await world.runUntil(() => world.clients.every((client) => client.isOpen), MINUTES_MS);
    const members = ['ben', 'cleo'];
    const frame = { kind: 'group', localId: 'g'.repeat(22), name: 'Friends', members };
    stage.group = await stage.create(stage.ann, frame);
    await stage.write(stage.ann);
    await stage.write(stage.ben);
    return stage;
  }

  /** Asks until a conversation is there, and answers its id. */
  async create(client: SimulatedClient, frame: object): Promise<string> {
    const created: { id?: string } = {};
    const ask = async (): Promise<void> => {
      const answer = await client.askUntilAnswered({ type: 'create_conversation', ...frame });
      if (answer.type === 'conversation') created.id = answer.conversationId;
    };
    void ask();
    await this.world.runUntil(() => created.id !== undefined, MINUTES_MS);
    if (created.id === undefined) throw new Error('the conversation was not created');
    return created.id;
  }

  /** A message that is written, sent and delivered. */
  async write(client: SimulatedClient, conversationId = this.group): Promise<void> {
    this.world.send(client, this.draft(conversationId));
    await this.rest();
  }

  /** A message that nobody has sent yet. */
  draft(conversationId = this.group): { conversationId: string; localId: string; content: string } {
    this.#written += 1;
    const localId = `w${this.#written}`;
    return { conversationId, localId, content: `Message ${this.#written}.` };
  }

  /** Lets everything come to its end. */
  async rest(): Promise<void> {
    await this.world.scheduler.run(1_000);
    const { queue } = this.world.backend;
    await this.world.runUntil(() => queue.waiting.length === 0, REST_MS);
  }

  /** What does not hold once somebody has written one more message in each conversation. */
  async violations(): Promise<readonly string[]> {
    const { world } = this;
    const { conversations } = world.backend;
    // Whom a removal that died has marked as leaving gets no number until the mark has run out.
    await world.scheduler.run(LEAVING_MS);
    const ids = conversations.conversationIds.filter((id) => conversations.headOf(id)).toSorted();
    for (const id of ids) {
      const client = this.#clientIn(id);
      if (client) await this.write(client, id);
    }
    const facts = new Facts(world, ids);
    checkDelivered(facts);
    checkLog(facts);
    checkRoles(facts);
    checkMessages(facts);
    checkViews(facts, this.#layers);
    checkWire(facts);
    checkAnswers(facts);
    checkMarks(facts);
    checkSignals(facts);
    checkStaleSessions(facts);
    await checkLists(facts);
    return world.history.violations;
  }

  /** A member who can write there, unless nobody is left. */
  #clientIn(conversationId: string): SimulatedClient | undefined {
    const members = this.world.backend.conversations.membersOf(conversationId);
    const current = new Set(members.filter(isCurrent).map(({ userId }) => userId));
    return [this.cleo, this.ben, this.ann].find(({ userId }) => current.has(userId));
  }
}
