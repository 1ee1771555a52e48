import { AwsError } from '../endpoint/aws-error.ts';
import type { Caller } from '../endpoint/caller.ts';
import type { AwsRequest } from '../endpoint/service.ts';
import { ALGORITHM, linkSignatureOf, timeOf } from './signature.ts';

/** How far a signer's clock may be ahead, in milliseconds. */
const MOST_SKEW = 15 * 60 * 1000;
/** A week, in seconds. */
const LONGEST_LIFE = 604_800;

/**
 * Checks a link that somebody signed for another to use; does nothing with what is signed by headers.
 * Source: S3 API Reference, "Authenticating Requests: Using Query Parameters".
 *
 * @throws AwsError in the words of S3
 */
export function checkPresignedLink(
  request: AwsRequest,
  { path, query }: { readonly path: string; readonly query: URLSearchParams },
  caller: Caller,
  { region, now }: { readonly region: string; readonly now: number },
): void {
  const credential = query.get('X-Amz-Credential');
  if (credential === null) return;
  const value = (name: string): string => {
    const found = query.get(name);
    if (found === null) throw unfit('Query-string authentication version 4 requires more.');
    return found;
  };
  const time = value('X-Amz-Date');
  const life = Number(value('X-Amz-Expires'));
  const names = value('X-Amz-SignedHeaders').split(';');
  const [, date = '', signedRegion, service = ''] = credential.split('/');
  if (value('X-Amz-Algorithm') !== ALGORITHM) throw unfit('X-Amz-Algorithm is not supported.');
  if (!(life >= 1 && life <= LONGEST_LIFE)) {
    throw unfit('X-Amz-Expires must be between 1 and 604800 seconds');
  }
  if (signedRegion !== region || service !== 's3' || !time.startsWith(date)) {
    throw unfit(`the credential's scope is wrong; expecting ${time.slice(0, 8)}/${region}/s3`);
  }
  const signedAt = timeOf(time);
  if (!(signedAt <= now + MOST_SKEW)) throw denied('Request is not valid yet');
  if (now > signedAt + life * 1000) {
    throw denied('Request has expired', {
      'X-Amz-Expires': String(life),
      Expires: new Date(signedAt + life * 1000).toISOString(),
      ServerTime: new Date(now).toISOString(),
    });
  }
  checkToken(caller, query.get('X-Amz-Security-Token'));
  const signature = linkSignatureOf(
    caller.secretAccessKey,
    { date, region, service },
    {
      method: request.method,
      path,
      query: [...query],
      headers: names.map((name) => [name, String(request.headers[name] ?? '')] as const),
      time,
    },
  );
  if (!names.includes('host') || signature !== value('X-Amz-Signature')) throw wrongSignature();
}

/** A role's credentials are three parts: a signature without the third is nobody's. */
export function checkToken({ sessionToken }: Caller, token: string | null): void {
  if (sessionToken === undefined || token === sessionToken) return;
  throw new AwsError(
    'InvalidToken',
    'The provided token is malformed or otherwise invalid.',
    token === null ? 403 : 400,
  );
}

export function wrongSignature(): AwsError {
  return new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
  );
}

export function denied(message: string, members: Readonly<Record<string, string>> = {}): AwsError {
  return new AwsError('AccessDenied', message, 403, members);
}

function unfit(message: string): AwsError {
  return new AwsError('AuthorizationQueryParametersError', message, 400);
}
