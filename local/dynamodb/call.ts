import type { SendToDatabase } from './connection.ts';

/** Calls an operation on the database itself, past the endpoint: unmetered, unchecked. */
export type CallDatabase = (
  operation: string,
  input: Readonly<Record<string, unknown>>,
) => Promise<Readonly<Record<string, unknown>>>;

/** An error of the database. `code` is `ResourceNotFoundException` … */
export class DatabaseError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'DatabaseError';
    this.code = code;
  }
}

/** The local cloud's own calls: tables and sweeps. An SDK client here would meter and sign for nobody. */
export function callDatabase(send: SendToDatabase): CallDatabase {
  return async (operation, input) => {
    const answer = await send(
      {
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'content-type': 'application/x-amz-json-1.0',
        ...DATABASE_SIGNATURE,
      },
      JSON.stringify(input),
    );
    const output = JSON.parse(answer.body.toString()) as Readonly<Record<string, unknown>>;
    if (answer.status === 200) return output;
    const code = String(output['__type']).replace(/^.*#/, '');
    throw new DatabaseError(code, String(output['message'] ?? output['Message']));
  };
}

/** The database verifies no signature, but wants one. */
export const DATABASE_SIGNATURE: Readonly<Record<string, string>> = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
};
