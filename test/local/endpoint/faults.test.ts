import { createFaults } from '../../../local/endpoint/faults.ts';
import type { FaultRule } from '../../../local/endpoint/faults.ts';
import type { Operation } from '../../../local/endpoint/service.ts';

function operation(name: string, resource = 'arn:aws:dynamodb:r:1:table/T'): Operation {
  return {
    name,
    rights: [{ action: `dynamodb:${name}`, resource }],
    run: async () => ({ status: 200, headers: {}, body: '' }),
  };
}

function strikes(
  rules: readonly FaultRule[],
  calls: readonly Operation[],
  random?: () => number,
): unknown[] {
  const faults = createFaults(random);
  faults.set(rules);
  return calls.map((call) => faults.strike('dynamodb', call).kind);
}

const put = operation('PutItem');

describe('faults', () => {
  it('strike every call that matches service, operation and resource, and no other', () => {
    const rule: FaultRule = {
      service: 'dynamodb',
      operation: 'PutItem',
      resource: '*table/T',
      kind: 'throttle',
    };
    expect(strikes([rule], [put, operation('GetItem'), operation('PutItem', 'x:table/U')])).toEqual(
      ['throttle', undefined, undefined],
    );
    expect(createFaultsFor(rule).strike('sqs', put).kind).toBeUndefined();
  });

  it('strike every call that touches a partition, and say which', () => {
    const rule: FaultRule = { service: 'dynamodb', partition: 'g_1*', kind: 'throttle' };
    const faults = createFaultsFor(rule);
    const touching = (...partitions: string[]) => ({ ...put, partitions });
    expect(faults.strike('dynamodb', touching('g_2', 'g_1#alice'))).toMatchObject({
      kind: 'throttle',
      partition: 'g_1*',
    });
    expect(faults.strike('dynamodb', touching('g_2'))).toEqual({ delayMilliseconds: 0 });
    expect(faults.strike('dynamodb', put)).toEqual({ delayMilliseconds: 0 });
  });

  it('let `skip` calls pass and strike `times` calls', () => {
    const rule: FaultRule = { service: 'dynamodb', kind: 'drop', skip: 2, times: 1 };
    expect(strikes([rule], [put, put, put, put])).toEqual([
      undefined,
      undefined,
      'drop',
      undefined,
    ]);
  });

  it('strike with the probability given, by the random numbers given', () => {
    const numbers = [0.1, 0.9, 0.49, 0.5];
    const rule: FaultRule = { service: 'dynamodb', kind: 'error-after', probability: 0.5 };
    expect(strikes([rule], [put, put, put, put], () => numbers.shift() ?? 1)).toEqual([
      'error-after',
      undefined,
      'error-after',
      undefined,
    ]);
  });

  it('add up delays, and stop at the first other one', () => {
    const faults = createFaults();
    faults.set([
      { service: 'dynamodb', kind: 'delay', milliseconds: 20 },
      { service: 'dynamodb', kind: 'delay', milliseconds: 5 },
      { service: 'dynamodb', kind: 'duplicate' },
      { service: 'dynamodb', kind: 'throttle' },
    ]);
    expect(faults.strike('dynamodb', put)).toEqual({ delayMilliseconds: 25, kind: 'duplicate' });
    expect(faults.counts()).toEqual({ delay: 2, duplicate: 1 });
  });

  it('keep their counts when the rules change, and strike no more once cleared', () => {
    const faults = createFaultsFor({ service: 'dynamodb', kind: 'drop' });
    faults.strike('dynamodb', put);
    faults.clear();
    expect(faults.strike('dynamodb', put)).toEqual({ delayMilliseconds: 0 });
    expect(faults.counts()).toEqual({ drop: 1 });
  });
});

function createFaultsFor(rule: FaultRule): ReturnType<typeof createFaults> {
  const faults = createFaults();
  faults.set([rule]);
  return faults;
}
