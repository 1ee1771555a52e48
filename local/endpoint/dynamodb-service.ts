import type { Resources } from '../assembly/resources.ts';
import { DATABASE_SIGNATURE } from '../dynamodb/call.ts';
import type { SendToDatabase } from '../dynamodb/connection.ts';
import { AwsError } from './aws-error.ts';
import type { Caller } from './caller.ts';
import { consumesCapacity, meterCapacity, meterFailedWrite } from './dynamodb-capacity.ts';
import { splitBatch } from './dynamodb-batch.ts';
import { dynamoDbRights } from './dynamodb-rights.ts';
import type { DynamoDbInput } from './dynamodb-rights.ts';
import type { Meter } from './meter.ts';
import { partitionOf, partitionsOf } from './dynamodb-partitions.ts';
import { matchesPattern } from './pattern.ts';
import type { AwsAnswer, AwsRequest, Operation, Service } from './service.ts';

const TARGET = 'DynamoDB_20120810.';
const CONTENT_TYPE = 'application/x-amz-json-1.0';
/** In the ARNs of the database's own answers, which knows neither region nor account. */
const FOREIGN_ARN = /arn:aws:dynamodb:dynoxide:0{12}:/g;
const SINGLE_WRITES: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);
const CONTROL_PLANE = /Table|Tables|TimeToLive|Backups|Resource$/;

/** DynamoDB, carried out by the database behind `send`. */
export function dynamoDbService(options: {
  readonly resources: Resources;
  readonly send: SendToDatabase;
  readonly meter: Meter;
}): Service {
  const { resources, send, meter } = options;
  return {
    name: 'dynamodb',
    recognises: (request) => targetOf(request).startsWith(TARGET),
    read: (request) => {
      const target = targetOf(request);
      const name = target.slice(TARGET.length);
      if (!target.startsWith(TARGET) || name === '') {
        throw new AwsError('UnknownOperationException', '');
      }
      const input = parse(request.body);
      return {
        name,
        rights: dynamoDbRights(name, input, resources),
        partitions: partitionsOf(input, resources.tables),
        run: (caller) => carryOut(caller, name, input, request.body),
        ...inPart(name, input),
      };
    },
    refuse: (error) => ({
      status: error.status,
      headers: { 'content-type': CONTENT_TYPE },
      body: JSON.stringify({
        __type: `${COMMON_ERRORS.has(error.code) ? 'com.amazon.coral.service' : 'com.amazonaws.dynamodb.v20120810'}#${error.code}`,
        // DynamoDB writes `Message` in what its front door refuses and in cancelled transactions, `message` else.
        [error.code === 'AccessDeniedException' || error.code === 'TransactionCanceledException'
          ? 'Message'
          : 'message']: error.message,
        ...error.members,
      }),
    }),
    denied: (sentence) => new AwsError('AccessDeniedException', sentence),
    unknownCaller: () =>
      new AwsError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      ),
    unsigned: () =>
      new AwsError(
        'MissingAuthenticationTokenException',
        'Request is missing Authentication Token',
      ),
    throttled: (operation) =>
      operation.name === 'TransactWriteItems' || operation.name === 'TransactGetItems'
        ? cancelled(operation, 'ThrottlingError', THROTTLED)
        : new AwsError('ProvisionedThroughputExceededException', THROTTLED),
    failed: () =>
      new AwsError(
        'InternalServerError',
        'The request processing has failed because of an unknown error, exception or failure.',
        500,
      ),
    conflicted: (operation) => {
      if (operation.name.startsWith('Transact')) {
        return cancelled(operation, 'TransactionConflict', CONFLICT);
      }
      return SINGLE_WRITES.has(operation.name)
        ? new AwsError('TransactionConflictException', CONFLICT)
        : undefined;
    },
  };

  function isOf(partition: string): (table: string, entry: unknown) => boolean {
    return (table, entry) =>
      matchesPattern(partition, partitionOf(table, entry, resources.tables) ?? '');
  }

  function inPart(name: string, input: DynamoDbInput): Pick<Operation, 'runInPart'> {
    if (splitBatch(name, input) === undefined) return {};
    return {
      runInPart: async (caller, _signal, partition) => {
        const isUndone = partition === undefined ? undefined : isOf(partition);
        const batch = splitBatch(name, input, isUndone);
        if (batch === undefined) throw new Error('unable to carry out in part what is no batch');
        // DynamoDB does not answer 200 for a batch of which nothing was done.
        if (batch.most === undefined) {
          throw new AwsError('ProvisionedThroughputExceededException', THROTTLED);
        }
        const body = Buffer.from(JSON.stringify(batch.most));
        const answer = await carryOut(caller, name, batch.most, body);
        const output = JSON.parse(answer.body.toString()) as Record<string, unknown>;
        return {
          ...answer,
          body: JSON.stringify({ ...output, [batch.undoneMember]: batch.undone }),
        };
      },
    };
  }

  async function carryOut(
    caller: Pick<Caller, 'name'>,
    name: string,
    input: DynamoDbInput,
    body: Buffer,
  ): Promise<AwsAnswer> {
    const asked = wanted(name, input);
    const changed = Object.keys(asked).length > 0;
    const answer = await send(
      {
        'x-amz-target': `${TARGET}${name}`,
        'content-type': CONTENT_TYPE,
        ...DATABASE_SIGNATURE,
      },
      changed ? JSON.stringify({ ...input, ...asked }) : body,
    ).catch((error: unknown) => {
      throw new AwsError(
        'InternalServerError',
        `The local database does not answer: ${String(error)}`,
        500,
      );
    });
    if (answer.status >= 500) return passOn(answer.status, answer.body);
    meter.call('dynamodb', name);
    if (!consumesCapacity(name)) {
      const text = CONTROL_PLANE.test(name)
        ? answer.body
            .toString()
            .replace(FOREIGN_ARN, `arn:aws:dynamodb:${resources.region}:${resources.account}:`)
        : answer.body;
      return passOn(answer.status, text);
    }
    const output = JSON.parse(answer.body.toString()) as Record<string, unknown>;
    const call = { operation: name, input, caller: caller.name };
    if (answer.status === 200) {
      meterCapacity(meter, call, output['ConsumedCapacity']);
    } else {
      meterFailedWrite(meter, call, output);
    }
    if (!changed) return passOn(answer.status, answer.body);
    if ('ReturnConsumedCapacity' in asked) delete output['ConsumedCapacity'];
    if ('ReturnValuesOnConditionCheckFailure' in asked) delete output['Item'];
    return passOn(answer.status, JSON.stringify(output));
  }
}

const THROTTLED =
  'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.';

const CONFLICT = 'Transaction is ongoing for the item';

/** Errors of AWS's common front door, not of DynamoDB's own model. */
const COMMON_ERRORS: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'UnrecognizedClientException',
  'MissingAuthenticationTokenException',
  'UnknownOperationException',
  'SerializationException',
]);

/** What the database is asked for beyond what the caller asked for; taken out of the answer again. */
function wanted(name: string, input: DynamoDbInput): Readonly<Record<string, string>> {
  const asked: Record<string, string> = {};
  if (!consumesCapacity(name)) return asked;
  if ((input['ReturnConsumedCapacity'] ?? 'NONE') === 'NONE')
    asked['ReturnConsumedCapacity'] = 'TOTAL';
  if (
    SINGLE_WRITES.has(name) &&
    input['ConditionExpression'] !== undefined &&
    (input['ReturnValuesOnConditionCheckFailure'] ?? 'NONE') === 'NONE'
  ) {
    asked['ReturnValuesOnConditionCheckFailure'] = 'ALL_OLD';
  }
  return asked;
}

/** The first item is the one to blame. A transaction has one right for each of its items. */
function cancelled({ rights }: Operation, code: string, message: string): AwsError {
  const codes = Array.from({ length: Math.max(1, rights.length) }, (_, at) =>
    at === 0 ? code : 'None',
  );
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    400,
    {
      CancellationReasons: codes.map((reason) =>
        reason === 'None' ? { Code: reason } : { Code: reason, Message: message },
      ),
    },
  );
}

function targetOf(request: AwsRequest): string {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string' ? target : '';
}

function parse(body: Buffer): DynamoDbInput {
  try {
    const input: unknown = JSON.parse(body.toString());
    if (typeof input === 'object' && input !== null && !Array.isArray(input))
      return input as DynamoDbInput;
  } catch {
    // Answered below, as AWS does.
  }
  throw new AwsError(
    'SerializationException',
    'Start of structure or map found where not expected.',
  );
}

function passOn(status: number, body: Buffer | string): AwsAnswer {
  return { status, headers: { 'content-type': CONTENT_TYPE }, body };
}
