import { itemSize } from '../dynamodb/item-size.ts';
import type { DynamoDbInput } from './dynamodb-rights.ts';
import type { Meter } from './meter.ts';

/** A call that is on the bill. */
export interface MeteredCall {
  readonly operation: string;
  readonly input: DynamoDbInput;
  /** The name of who made it. */
  readonly caller: string;
}

/** A capacity figure as the database gives it, per table. */
interface ConsumedCapacity {
  readonly TableName: string;
  readonly CapacityUnits?: number;
  readonly ReadCapacityUnits?: number;
  readonly WriteCapacityUnits?: number;
}

interface ErrorBody {
  readonly __type?: string;
  readonly Item?: Readonly<Record<string, unknown>>;
  readonly CancellationReasons?: readonly {
    readonly Code?: string;
    readonly Item?: Readonly<Record<string, unknown>>;
  }[];
}

const READS: ReadonlySet<string> = new Set([
  'GetItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'TransactGetItems',
]);
const WRITES: ReadonlySet<string> = new Set([
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'TransactWriteItems',
]);
const STATEMENTS: ReadonlySet<string> = new Set([
  'ExecuteStatement',
  'BatchExecuteStatement',
  'ExecuteTransaction',
]);
/** 1 KB a write unit. */
const WRITE_UNIT_BYTES = 1024;

/** Whether AWS bills an operation by capacity units, so that the database is asked for them. */
export function consumesCapacity(operation: string): boolean {
  return READS.has(operation) || WRITES.has(operation) || STATEMENTS.has(operation);
}

/** Puts the figures of an answer on the meter. */
export function meterCapacity(
  meter: Meter,
  { operation, input, caller }: MeteredCall,
  consumed: unknown,
): void {
  // PartiQL says neither; what is no SELECT writes.
  const reads =
    READS.has(operation) ||
    (STATEMENTS.has(operation) && /^\s*select/i.test(firstStatement(input)));
  for (const figure of (Array.isArray(consumed) ? consumed : [consumed]) as (
    ConsumedCapacity | undefined
  )[]) {
    if (figure === undefined) continue;
    const units = figure.CapacityUnits ?? 0;
    meter.capacity(figure.TableName, caller, reads ? { readUnits: units } : { writeUnits: units });
  }
}

/**
 * A write whose condition fails is billed as well, by the size of the item that stands there (at least one unit);
 * the error carries no figure, so it is reckoned here. A cancelled transaction is taken as if it had been
 * carried out, two units for each unit: AWS says that it is billed, not how much, so this is the upper bound.
 * Source: DynamoDB Developer Guide, "DynamoDB read and write operations" and "Transactions: how it works".
 */
export function meterFailedWrite(
  meter: Meter,
  { operation, input, caller }: MeteredCall,
  error: ErrorBody,
): void {
  // oxlint-disable-next-line no-underscore-dangle -- the name that AWS's JSON protocol gives it
  const type = error.__type ?? '';
  if (type.endsWith('ConditionalCheckFailedException') && input.TableName !== undefined) {
    meter.capacity(input.TableName, caller, { writeUnits: unitsOf(error.Item) });
  }
  if (!type.endsWith('TransactionCanceledException') || operation !== 'TransactWriteItems') return;
  for (const [at, entry] of (input.TransactItems ?? []).entries()) {
    for (const action of Object.values(entry)) {
      const before = error.CancellationReasons?.[at]?.Item;
      const after = (action as { readonly Item?: Readonly<Record<string, unknown>> }).Item;
      const units = 2 * Math.max(unitsOf(before), unitsOf(after));
      if (action.TableName !== undefined)
        meter.capacity(action.TableName, caller, { writeUnits: units });
    }
  }
}

function unitsOf(item: Readonly<Record<string, unknown>> | undefined): number {
  return item === undefined ? 1 : Math.max(1, Math.ceil(itemSize(item) / WRITE_UNIT_BYTES));
}

function firstStatement(input: DynamoDbInput): string {
  return (
    input.Statement ??
    input.Statements?.[0]?.Statement ??
    input.TransactStatements?.[0]?.Statement ??
    ''
  );
}
