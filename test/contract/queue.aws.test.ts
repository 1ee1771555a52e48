import { startAwsQueue } from './aws-worlds.ts';
import { describeFanOutQueue } from './fan-out-queue.ts';

describeFanOutQueue('at AWS_ENDPOINT_URL', startAwsQueue);
