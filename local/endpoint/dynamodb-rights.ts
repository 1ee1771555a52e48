import type { Resources, TableResource } from '../assembly/resources.ts';
import type { Right } from './policy.ts';

/** The members of DynamoDB requests that decide what right a call needs. */
export interface DynamoDbInput {
  readonly [member: string]: unknown;
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName?: string }>>[];
  readonly Statement?: string;
  readonly Statements?: readonly { readonly Statement?: string }[];
  readonly TransactStatements?: readonly { readonly Statement?: string }[];
}

const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

const PARTIQL_ACTIONS: Readonly<Record<string, string>> = {
  SELECT: 'PartiQLSelect',
  EXISTS: 'PartiQLSelect',
  INSERT: 'PartiQLInsert',
  UPDATE: 'PartiQLUpdate',
  DELETE: 'PartiQLDelete',
};

/**
 * What a DynamoDB call needs: a batch its own action on every table, a transaction the single actions
 * (there is no `dynamodb:TransactWriteItems`), an index query the index's ARN.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB".
 */
export function dynamoDbRights(
  operation: string,
  input: DynamoDbInput,
  resources: Pick<Resources, 'region' | 'account' | 'tables'>,
): Right[] {
  const on = (action: string, table: string | undefined, index?: string): Right => ({
    action: `dynamodb:${action}`,
    resource: table === undefined ? '*' : arnOf(table, index, resources),
  });
  const statement = (text = ''): Right => {
    const verb = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? '';
    const [, table, index] =
      /(?:FROM|INTO|UPDATE)\s+"?([\w.:/-]+?)"?(?:\."?([\w.-]+)"?)?(?=[\s(]|$)/i.exec(text) ?? [];
    return on(PARTIQL_ACTIONS[verb] ?? 'PartiQLSelect', table, index);
  };

  switch (operation) {
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(input.RequestItems ?? {}).map((table) => on(operation, table));
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return (input.TransactItems ?? []).flatMap((item) =>
        Object.entries(item).map(([kind, action]) =>
          on(TRANSACTION_ACTIONS[kind] ?? kind, action.TableName),
        ),
      );
    case 'ExecuteStatement':
      return [statement(input.Statement)];
    case 'BatchExecuteStatement':
      return (input.Statements ?? []).map((entry) => statement(entry.Statement));
    case 'ExecuteTransaction':
      return (input.TransactStatements ?? []).map((entry) => statement(entry.Statement));
    default:
      return [on(operation, input.TableName, input.IndexName)];
  }
}

function arnOf(
  table: string,
  index: string | undefined,
  { region, account, tables }: Pick<Resources, 'region' | 'account' | 'tables'>,
): string {
  // A table may be named by its ARN in place of its name.
  const known = tables.find((candidate: TableResource) => candidate.name === table);
  const arn = table.startsWith('arn:')
    ? table
    : (known?.arn ?? `arn:aws:dynamodb:${region}:${account}:table/${table}`);
  return index === undefined ? arn : `${arn}/index/${index}`;
}
