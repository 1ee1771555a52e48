import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

/**
 * All attempts of one call together stay well below the 10 seconds of a function. The SDK keeps connections
 * alive between calls (and between events) by itself.
 */
const TABLES = { connectionTimeout: 1_000, requestTimeout: 1_500, attempts: 3 };
const QUEUES = { connectionTimeout: 1_000, requestTimeout: 2_000, attempts: 2 };
/** A copy of the largest file takes seconds, on the other side. */
const BUCKET = { connectionTimeout: 1_000, requestTimeout: 7_000, attempts: 2 };
/** The fan-out decides itself which connection deserves another attempt. */
const CONNECTIONS = { connectionTimeout: 1_000, requestTimeout: 3_000, attempts: 1 };
/** As many posts as a fan-out may have under way; a post that waits for a socket would eat its own time-out. */
const CONNECTIONS_SOCKETS = 128;

interface Patience {
  /** Milliseconds until a socket must stand, and until an answer must be there. */
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly attempts: number;
}

export function createDynamoClient(): DynamoDBClient {
  return new DynamoDBClient(patient(TABLES));
}

export function createQueueClient(): SQSClient {
  // A queue's URL names a host of AWS, which is not where the client is told to go when it is told.
  return new SQSClient({ ...patient(QUEUES), useQueueUrlAsEndpoint: false });
}

/** For the files of messages. */
export function createBucketClient(): S3Client {
  return new S3Client(patient(BUCKET));
}

/** @param endpoint `https://{api}.execute-api.{region}.amazonaws.com/{stage}` */
export function createConnectionsClient(endpoint: string): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient({
    endpoint,
    ...patient(CONNECTIONS, CONNECTIONS_SOCKETS),
  });
}

function patient({ connectionTimeout, requestTimeout, attempts }: Patience, maxSockets = 50) {
  return {
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout,
      requestTimeout,
      // Without it a request that takes too long is only warned about.
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets },
      httpsAgent: { maxSockets },
    },
  };
}
