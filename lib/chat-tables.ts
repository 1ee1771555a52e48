import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  Table,
  TableEncryption,
  type ITable,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENV } from '../lambdas/env.ts';
import type { Usable } from './chat-function.ts';
import type { ResolvedSettings } from './settings.ts';

type TableSettings = Pick<
  ResolvedSettings,
  'removal' | 'deletionProtection' | 'conversationsTable' | 'usersTable'
>;

/** The stack's own, or a restored one that it was given. */
type AnyTable = Table | ITable;

/** The two tables. What the code keeps in which row: `lambdas/core/ports.ts`. */
export class ChatTables extends Construct {
  readonly conversations: AnyTable;
  readonly users: AnyTable;

  constructor(scope: Construct, id: string, settings: TableSettings) {
    super(scope, id);
    this.conversations = table(this, 'Conversations', settings, settings.conversationsTable);
    this.users = table(this, 'Users', settings, settings.usersTable);
  }

  /** The conversations' table, for `ChatFunction.use`. */
  useConversations(): Usable {
    return usable(this.conversations, ENV.conversationsTable);
  }

  /** The users' table, for `ChatFunction.use`. */
  useUsers(): Usable {
    return usable(this.users, ENV.usersTable);
  }
}

function table(
  scope: Construct,
  id: string,
  settings: TableSettings,
  restored: string | undefined,
): AnyTable {
  if (restored !== undefined) return Table.fromTableName(scope, id, restored);
  return new Table(scope, id, {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: 'expiresAt',
    // Encrypted with AWS's own keys: keys of one's own, or KMS's, add a paid KMS call to the traffic.
    encryption: TableEncryption.DEFAULT,
    deletionProtection: settings.deletionProtection,
    removalPolicy: settings.removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}

function usable(target: AnyTable, variable: string): Usable {
  return {
    environment: { [variable]: target.tableName },
    statement: (actions) =>
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [target.tableArn],
      }),
  };
}
