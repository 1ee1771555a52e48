/**
 * AWS's prices in dollars per million, us-east-1, on demand, read from AWS's public price pages in 2025–2026.
 * What they are measured in: https://aws.amazon.com/api-gateway/pricing/ and the pages beside it.
 */
export const PRICES = {
  /** API Gateway WebSocket: a message in either direction, per 32 KB begun. */
  webSocketMessages: 1,
  /** DynamoDB: a write of 1 KB; a transaction's count twice. */
  writeUnits: 0.625,
  /** DynamoDB: a consistent read of 4 KB; an eventually consistent one is half. */
  readUnits: 0.125,
  /** SQS FIFO: a request of 64 KB begun. */
  queueRequests: 0.5,
  /** Lambda: a request, without the time that it takes. */
  functionRequests: 0.2,
} as const;

/** How often something was billed. */
export type Billed = Readonly<Record<keyof typeof PRICES, number>>;

/** In millionths of a dollar. */
export function priceOf(billed: Billed): number {
  const kinds = Object.keys(PRICES) as (keyof typeof PRICES)[];
  return kinds.reduce((sum, kind) => sum + billed[kind] * PRICES[kind], 0);
}
