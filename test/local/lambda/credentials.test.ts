import { credentialsOf } from '../../../local/lambda/credentials.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:send';

describe('credentialsOf', () => {
  it('gives a function the same credentials in every run', () => {
    expect(credentialsOf(ARN)).toEqual(credentialsOf(ARN));
  });

  it('gives two functions different credentials', () => {
    const other = credentialsOf(`${ARN}-other`);
    expect(other.accessKeyId).not.toBe(credentialsOf(ARN).accessKeyId);
    expect(other.secretAccessKey).not.toBe(credentialsOf(ARN).secretAccessKey);
  });

  it('has the form of temporary credentials of AWS', () => {
    const { accessKeyId, secretAccessKey } = credentialsOf(ARN);
    expect(accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(secretAccessKey).toHaveLength(40);
  });
});
