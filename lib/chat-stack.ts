import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Chat, type ChatProps } from './chat.ts';

/** A stack with nothing but the chat in it, and the outputs that a person and the runbooks need. */
export class ChatStack extends Stack {
  constructor(scope: Construct, id: string, props: ChatProps & StackProps) {
    super(scope, id, props);
    const chat = new Chat(this, 'Chat', props);
    this.output('WebSocketUrl', chat.webSocketUrl);
    if (chat.signIn !== undefined) {
      this.output('UserPoolId', chat.signIn.userPool.userPoolId);
      this.output('UserPoolClientId', chat.signIn.client.userPoolClientId);
      this.output('SignInUrl', chat.signIn.domain.baseUrl());
    }
    this.output('ConversationsTable', chat.tables.conversations.tableName);
    this.output('UsersTable', chat.tables.users.tableName);
    this.output('DeadLettersArn', chat.fanOut.deadLetters.queueArn);
    this.output('FilesBucket', chat.attachments.bucket.bucketName);
    this.output('UploadDeadLettersArn', chat.attachments.deadLetters.queueArn);
  }

  private output(name: string, value: string): void {
    new CfnOutput(this, name, { value });
  }
}
