import type { Resources } from '../assembly/resources.ts';
import type { BatchAnswer } from '../sqs/batch.ts';
import { sizeOf } from '../sqs/message.ts';
import { SQS_OPERATIONS } from '../sqs/operations.ts';
import type { SqsInput } from '../sqs/operations.ts';
import type { Queues } from '../sqs/queues.ts';
import { AwsError } from './aws-error.ts';
import type { Caller } from './caller.ts';
import type { Meter } from './meter.ts';
import type { AwsAnswer, AwsRequest, Service } from './service.ts';

const TARGET = 'AmazonSQS.';
const CONTENT_TYPE = 'application/x-amz-json-1.0';

/**
 * Errors whose code in the older query protocol differs from the shape's name; SDKs show both.
 * Source: the service's model (`aws.protocols#awsQueryError`).
 */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
};

/** There is no right for a batch: IAM checks the single action. */
const ACTIONS: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

/** SQS in its JSON protocol, carried out in this process. */
export function sqsService(options: {
  readonly resources: Pick<Resources, 'region' | 'account'>;
  readonly queues: Queues;
  readonly meter: Meter;
}): Service {
  const { resources, queues, meter } = options;
  return {
    name: 'sqs',
    recognises: (request) => targetOf(request).startsWith(TARGET),
    read: (request) => {
      const target = targetOf(request);
      const name = target.slice(TARGET.length);
      const operation =
        target.startsWith(TARGET) && Object.hasOwn(SQS_OPERATIONS, name)
          ? SQS_OPERATIONS[name]
          : undefined;
      if (operation === undefined) {
        throw new AwsError(
          'UnsupportedOperation',
          target === ''
            ? 'The local cloud speaks the JSON protocol of SQS; this client uses the older query protocol.'
            : `The local cloud does not know the SQS operation ${name}.`,
        );
      }
      const input = parse(request.body);
      const queueName =
        input.QueueUrl?.slice(input.QueueUrl.lastIndexOf('/') + 1) ?? input.QueueName;
      const action = `sqs:${ACTIONS[name] ?? name}`;
      const carryOut = async (
        some: SqsInput,
        caller: Caller,
        signal: AbortSignal,
      ): Promise<AwsAnswer> => {
        const origin = `http://${request.headers.host ?? '127.0.0.1'}`;
        meter.call('sqs', name);
        const output = await operation({ queues, input: some, caller, origin, signal });
        meter.queueRequest(queueName ?? '', payloadOf(some, output));
        return answer(output);
      };
      return {
        name,
        rights: [
          {
            action,
            // AWS writes the action of SQS in small letters here.
            shownAction: action.toLowerCase(),
            resource:
              queueName === undefined
                ? '*'
                : `arn:aws:sqs:${resources.region}:${resources.account}:${queueName}`,
          },
        ],
        run: (caller, signal) => carryOut(input, caller, signal),
        ...(name.endsWith('Batch') && input.Entries !== undefined
          ? {
              runInPart: (caller, signal) =>
                inPart(input.Entries ?? [], (Entries) =>
                  carryOut({ ...input, Entries }, caller, signal),
                ),
            }
          : {}),
      };
    },
    refuse: (error) => ({
      status: error.status,
      headers: {
        'content-type': CONTENT_TYPE,
        'x-amzn-query-error': `${QUERY_CODES[error.code] ?? error.code};${error.status < 500 ? 'Sender' : 'Receiver'}`,
      },
      body: JSON.stringify({ __type: `com.amazonaws.sqs#${error.code}`, message: error.message }),
    }),
    denied: (sentence) => new AwsError('AccessDenied', sentence, 403),
    unknownCaller: () =>
      new AwsError(
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
        403,
      ),
    unsigned: () =>
      new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403),
    throttled: () =>
      new AwsError('RequestThrottled', 'The request was denied due to request throttling.', 403),
    failed: () =>
      new AwsError(
        'InternalFailure',
        'The request processing has failed because of an unknown error.',
        500,
      ),
  };
}

/** All but the last entry; that one stands in `Failed` as one that SQS itself failed on. */
async function inPart(
  entries: NonNullable<SqsInput['Entries']>,
  carryOut: (entries: NonNullable<SqsInput['Entries']>) => Promise<AwsAnswer>,
): Promise<AwsAnswer> {
  const most = entries.slice(0, -1);
  const done = most.length === 0 ? answer({}) : await carryOut(most);
  const { Successful = [], Failed = [] } = JSON.parse(done.body.toString()) as Partial<BatchAnswer>;
  const failure = {
    Id: entries.at(-1)?.Id ?? '',
    SenderFault: false,
    Code: 'InternalError',
    Message: 'Internal Error',
  };
  return answer({ Successful, Failed: [...Failed, failure] });
}

function answer(output: unknown): AwsAnswer {
  return {
    status: 200,
    headers: { 'content-type': CONTENT_TYPE },
    body: JSON.stringify(output),
  };
}

/** Bytes that count on the bill: of what is sent, or of what is received. */
function payloadOf(input: SqsInput, output: unknown): number {
  const sent = [input, ...(input.Entries ?? [])].map(
    ({ MessageBody = '', MessageAttributes = {} }) => sizeOf(MessageBody, MessageAttributes),
  );
  const { Messages = [] } = output as {
    readonly Messages?: readonly {
      readonly Body: string;
      readonly MessageAttributes?: SqsInput['MessageAttributes'];
    }[];
  };
  const received = Messages.map(({ Body, MessageAttributes = {} }) =>
    sizeOf(Body, MessageAttributes),
  );
  return [...sent, ...received].reduce((total, bytes) => total + bytes, 0);
}

function targetOf(request: AwsRequest): string {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string' ? target : '';
}

function parse(body: Buffer): SqsInput {
  try {
    const input: unknown = JSON.parse(body.toString());
    if (typeof input === 'object' && input !== null && !Array.isArray(input))
      return input as SqsInput;
  } catch {
    // Answered below, as AWS does.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}
