import type { TableResource } from '../assembly/resources.ts';
import type { DynamoDbInput } from './dynamodb-rights.ts';

/** An item, or its key alone, as a request has it. */
type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** The members of an entry, of a batch or a transaction, that hold an item or its key. */
const ENTRIES = [
  'PutRequest',
  'DeleteRequest',
  'Put',
  'Update',
  'Delete',
  'ConditionCheck',
  'Get',
] as const;

/** The partitions that a call touches, each as the text of its key. PartiQL's and an index's are not read. */
export function partitionsOf(input: DynamoDbInput, tables: readonly TableResource[]): string[] {
  const { TableName, RequestItems = {}, TransactItems = [], Key, Item } = input;
  const found = [
    ...(TableName === undefined
      ? []
      : [partitionOf(TableName, Key ?? Item, tables), queriedPartition(TableName, input, tables)]),
    ...Object.entries(RequestItems).flatMap(([table, request]) =>
      entriesOf(request).map((entry) => partitionOf(table, entry, tables)),
    ),
    ...TransactItems.flatMap((item) =>
      Object.values(item).map((action) => partitionOf(action?.TableName ?? '', item, tables)),
    ),
  ];
  return [...new Set(found.filter((partition) => partition !== undefined))];
}

/** The partition of an item, of its key, or of an entry that holds one of the two. */
export function partitionOf(
  table: string,
  entry: unknown,
  tables: readonly TableResource[],
): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const name = keyNameOf(table, tables);
  const held = ENTRIES.map((member) => (entry as Record<string, unknown>)[member]).find(
    (member) => member !== undefined,
  ) as { readonly Item?: Attributes; readonly Key?: Attributes } | undefined;
  const attributes = held?.Item ?? held?.Key ?? (entry as Attributes);
  return textOf(attributes[name]);
}

/** The entries of one table of a batch; none where it has not the form that DynamoDB will ask for. */
export function entriesOf(request: unknown): readonly unknown[] {
  if (Array.isArray(request)) return request;
  const { Keys: keys } = (request ?? {}) as { readonly Keys?: unknown };
  return Array.isArray(keys) ? keys : [];
}

/** A query names its partition in a condition: `pk = :pk`, or `#pk = :pk`. */
function queriedPartition(
  table: string,
  input: DynamoDbInput,
  tables: readonly TableResource[],
): string | undefined {
  const {
    KeyConditionExpression: condition = '',
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
  } = input as {
    readonly KeyConditionExpression?: string;
    readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
    readonly ExpressionAttributeValues?: Attributes;
  };
  const keyName = keyNameOf(table, tables);
  for (const [, name = '', value = ''] of condition.matchAll(/(#?[\w.-]+)\s*=\s*(:\w+)/g)) {
    if ((names[name] ?? name) === keyName) return textOf(values[value]);
  }
  return undefined;
}

function keyNameOf(table: string, tables: readonly TableResource[]): string {
  const found = tables.find(({ name, arn }) => name === table || arn === table);
  const schema = found?.createTable['KeySchema'] as
    readonly { readonly AttributeName: string; readonly KeyType: string }[] | undefined;
  return schema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
}

function textOf(attribute: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const [value]: readonly unknown[] = Object.values(attribute ?? {});
  return typeof value === 'string' ? value : undefined;
}
