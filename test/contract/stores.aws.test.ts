import { startAwsStores } from './aws-worlds.ts';
import { describeConversationStore } from './conversation-store.ts';
import { describeUserStore } from './user-store.ts';

describeConversationStore('at AWS_ENDPOINT_URL', startAwsStores);
describeUserStore('at AWS_ENDPOINT_URL', startAwsStores);
