import { AwsError } from '../endpoint/aws-error.ts';
import type { Caller } from '../endpoint/caller.ts';
import type { AwsRequest } from '../endpoint/service.ts';
import { checkPostPolicy, checkSize } from './post-policy.ts';
import type { Fields } from './post-policy.ts';
import { checkToken, denied, wrongSignature } from './presigned-link.ts';
import { ALGORITHM, signatureOf } from './signature.ts';

/** A form that its signer allows. */
export interface PostForm {
  readonly key: string;
  readonly fields: Fields;
  readonly file: Buffer;
}

/**
 * Reads the form of a presigned POST and checks it: well formed, signed by the caller, and by its policy's rules.
 * Source: S3 API Reference, "POST Object" and "Browser-Based Uploads Using POST".
 *
 * @throws AwsError in the words of S3
 */
export async function readPostForm(
  request: AwsRequest,
  caller: Caller,
  place: { readonly bucket: string; readonly region: string; readonly now: number },
): Promise<PostForm> {
  const { fields, file } = await readFields(request);
  const policy = fields.get('policy');
  if (policy === undefined) throw denied('Access Denied');
  checkSignature(fields, policy, caller, place.region);
  if (file === undefined) {
    throw new AwsError(
      'InvalidArgument',
      'POST requires exactly one file upload per request.',
      400,
    );
  }
  const key = fields.get('key')?.replaceAll('${filename}', () => file.name);
  if (key === undefined || key === '') {
    throw new AwsError(
      'InvalidArgument',
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      400,
    );
  }
  const filled = new Map([...fields, ['bucket', place.bucket], ['key', key]]);
  const range = checkPostPolicy(policy, filled, place.now);
  checkSize(file.size, range);
  return { key, fields, file: Buffer.from(await file.arrayBuffer()) };
}

async function readFields(
  request: AwsRequest,
): Promise<{ readonly fields: Map<string, string>; readonly file?: File }> {
  // Node's own reader of forms: it takes what browsers, `fetch` and curl send.
  const response = new Response(new Uint8Array(request.body), {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  });
  const form = await response.formData().catch(() => {
    throw new AwsError(
      'MalformedPOSTRequest',
      'The body of your POST request is not well-formed multipart/form-data.',
      400,
    );
  });
  const fields = new Map<string, string>();
  for (const [name, value] of form) {
    // Whatever follows the file is ignored, as S3 does.
    if (name.toLowerCase() === 'file') {
      return { fields, file: typeof value === 'string' ? new File([value], '') : value };
    }
    fields.set(name.toLowerCase(), typeof value === 'string' ? value : await value.text());
  }
  return { fields };
}

/** The signature is one of the policy's text as it stands. */
function checkSignature(fields: Fields, policy: string, caller: Caller, region: string): void {
  const [, date = '', signedRegion, service = ''] =
    fields.get('x-amz-credential')?.split('/') ?? [];
  if (fields.get('x-amz-algorithm') !== ALGORITHM) throw wrongSignature();
  if (signedRegion !== region || service !== 's3') throw wrongSignature();
  checkToken(caller, fields.get('x-amz-security-token') ?? null);
  const signature = signatureOf(caller.secretAccessKey, { date, region, service }, policy);
  if (signature !== fields.get('x-amz-signature')) throw wrongSignature();
}
