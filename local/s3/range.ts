import { AwsError } from '../endpoint/aws-error.ts';

/** The part that a reader asks for: `bytes=0-99`, `bytes=100-`, `bytes=-10`; both ends included. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * `undefined` for the whole object: without a `Range`, and with one that S3 does not serve (several parts).
 * @throws AwsError if no byte of it is there
 */
export function partOf(range: string | undefined, size: number): Part | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (from <= to) return { from, to };
  throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
    RangeRequested: range ?? '',
    ActualObjectSize: String(size),
  });
}
