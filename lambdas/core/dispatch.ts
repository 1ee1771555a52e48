import type {
  ClientMessage,
  ClientMessageType,
  MessageGroup,
  TypesOf,
} from '../../protocol/client-message.ts';
import type { Answer } from '../../protocol/server-message.ts';
import type { Caller } from './caller.ts';
import { limitRate } from './limit-rate.ts';
import { Unavailable, type IdentityPorts, type Ports, type SignalPorts } from './ports.ts';
import { marksOf, readFrame, toRequest, type Marks } from './read-frame.ts';
import { errorMessage, Refusal, toRefusal } from './refusal.ts';
import { servedCaller } from './served-caller.ts';
import { keepLease } from './sessions.ts';
import { settleAll } from './settle-all.ts';

type Action<Type extends ClientMessageType, Needed> = (
  ports: Needed,
  caller: Caller,
  request: ClientMessage<Type>,
) => Promise<Answer>;

/** What the actions of each group are given. */
interface PortsOf {
  readonly commands: Ports;
  readonly queries: Ports;
  readonly signals: SignalPorts;
  readonly identity: IdentityPorts;
}

/** What answering any frame takes. */
type DispatchPorts = Pick<Ports, 'users' | 'clock' | 'log' | 'settings'>;

/** Every action of a group: leaving one out does not compile. */
export type ActionsOf<Group extends MessageGroup> = {
  readonly [Type in TypesOf<Group>]: Action<Type, PortsOf[Group]>;
};

/** The actions of one function, or of several. */
export type Actions<Needed> = { readonly [Type in ClientMessageType]?: Action<Type, Needed> };

/**
 * Answers a frame: with what its action says, or with an error of the closed list. Never throws.
 *
 * @param actions those that this function serves. Whoever routed the frame need not have read it as we do
 *   (two `type` keys), so a message of another function is as unknown as one that nobody serves.
 */
export async function dispatch<Needed extends DispatchPorts>(
  ports: Needed,
  actions: Actions<Needed>,
  caller: Caller,
  body: string,
): Promise<Answer> {
  let marks: Marks = {};
  try {
    const frame = readFrame(body);
    marks = marksOf(frame);
    const request = toRequest(frame, actions);
    const served = await servedCaller(ports, caller);
    const [answer] = await settleAll([
      act(ports, actions, served, request),
      keepLeaseBeside(ports, served, request),
    ]);
    return marks.requestId === undefined ? answer : { ...answer, requestId: marks.requestId };
  } catch (error) {
    logUnexpected(ports, error, caller);
    return errorMessage(toRefusal(error), marks);
  }
}

async function act<Type extends ClientMessageType, Needed extends DispatchPorts>(
  ports: Needed,
  actions: Actions<Needed>,
  caller: Caller,
  request: ClientMessage<Type> & { readonly type: Type },
): Promise<Answer> {
  const action = actions[request.type];
  if (action === undefined) throw new Refusal('unknown_type');
  await limitRate(ports, caller, request.type);
  return action(ports, caller, request);
}

/** A ping renews the lease itself, and who signs out is to have none. */
async function keepLeaseBeside(
  ports: DispatchPorts,
  caller: Caller,
  request: ClientMessage,
): Promise<void> {
  if (request.type !== 'ping' && request.type !== 'sign_out') await keepLease(ports, caller);
}

/** Names and causes only: a message may hold what a user wrote. */
function logUnexpected(ports: DispatchPorts, error: unknown, caller: Caller): void {
  if (error instanceof Refusal) return;
  ports.log.write(error instanceof Unavailable ? 'warn' : 'error', 'action_failed', {
    connectionId: caller.connectionId,
    error: error instanceof Error ? error.name : typeof error,
  });
}
