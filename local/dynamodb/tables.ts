import type { TableResource } from '../assembly/resources.ts';
import { UserError } from '../user-error.ts';
import { DatabaseError } from './call.ts';
import type { CallDatabase } from './call.ts';

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

/** The part of `CreateTable` and `DescribeTable` that makes two tables the same. */
interface Shape {
  readonly KeySchema?: readonly KeyElement[];
  readonly AttributeDefinitions?: readonly {
    readonly AttributeName: string;
    readonly AttributeType: string;
  }[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
}

interface Index {
  readonly IndexName: string;
  readonly KeySchema?: readonly KeyElement[];
}

/**
 * Creates the tables that are not there. One of an earlier run is kept with what it holds.
 * Rejects with a sentence if its keys or indexes are not those of the template: AWS would replace the table.
 */
export async function createTables(
  call: CallDatabase,
  tables: readonly TableResource[],
): Promise<void> {
  for (const table of tables) {
    const existing = await describe(call, table.name);
    if (existing === undefined) {
      await call('CreateTable', table.createTable);
      if (table.ttlAttribute !== undefined) {
        await call('UpdateTimeToLive', {
          TableName: table.name,
          TimeToLiveSpecification: { Enabled: true, AttributeName: table.ttlAttribute },
        });
      }
    } else if (keysOf(existing) !== keysOf(table.createTable)) {
      throw new UserError(
        `The table ${table.name} of an earlier run has other keys or indexes than the template; start with --fresh to begin with empty tables.`,
      );
    }
  }
}

async function describe(call: CallDatabase, name: string): Promise<Shape | undefined> {
  try {
    return (await call('DescribeTable', { TableName: name }))['Table'] as Shape;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'ResourceNotFoundException') {
      return undefined;
    }
    throw error;
  }
}

/** Keys with their types, of the table and of each index, in one comparable text. */
function keysOf(shape: Shape): string {
  const types = new Map(
    shape.AttributeDefinitions?.map((one) => [one.AttributeName, one.AttributeType]),
  );
  const schema = (keys: readonly KeyElement[] = []): string =>
    keys
      .map((key) => `${key.KeyType} ${key.AttributeName} ${types.get(key.AttributeName) ?? '?'}`)
      .toSorted()
      .join(', ');
  const indexes = [...(shape.GlobalSecondaryIndexes ?? []), ...(shape.LocalSecondaryIndexes ?? [])];
  return [
    schema(shape.KeySchema),
    ...indexes.map((index) => `${index.IndexName}: ${schema(index.KeySchema)}`).toSorted(),
  ].join('\n');
}
