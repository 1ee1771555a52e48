import { createSigningKeys } from '../../lambdas/aws/signing-keys.ts';
import { authorize } from '../../lambdas/core/authorize.ts';
import { authorizerForEachTest, JWKS_URL, SETTINGS } from '../support/authorizer-world.ts';
import { assembleToken, createSigningKey, jwksOf } from '../support/issuer.ts';

const world = authorizerForEachTest();

describe('the keys of the issuer', () => {
  it('are fetched once for many tokens', async () => {
    const token = await world.sign();
    await Promise.all(Array.from({ length: 50 }, () => world.ask(token)));
    expect(world.fetched).toEqual([JWKS_URL]);
  });

  it('are fetched again for a key that came since, so that keys can be rotated', async () => {
    expect(await world.ask(await world.sign())).toMatchObject({ kind: 'allowed' });
    const next = await createSigningKey('rsa-2', 'RS256');
    world.served = await jwksOf(world.keys.rsa, next);
    world.clock.advance(31_000);
    expect(await world.ask(await world.sign({}, next))).toMatchObject({ kind: 'allowed' });
    expect(world.fetched).toHaveLength(2);
  });

  it('are forgotten once the issuer has withdrawn them', async () => {
    expect(await world.ask(await world.sign())).toMatchObject({ kind: 'allowed' });
    world.served = await jwksOf(world.keys.ec);
    world.clock.advance(10 * 60_000);
    expect(await world.ask(await world.sign())).toMatchObject({ kind: 'unauthorized' });
    expect(await world.ask(await world.sign({}, world.keys.ec))).toMatchObject({ kind: 'allowed' });
  });

  it('are fetched at most once in 30 seconds, however many unknown keys are named', async () => {
    expect(await world.ask(await world.sign())).toMatchObject({ kind: 'allowed' });
    world.clock.advance(31_000);
    for (let n = 0; n < 20; n += 1) {
      const token = await world.sign({ header: { kid: `unknown-${n}` } });
      expect(await world.ask(token)).toMatchObject({ kind: 'unauthorized' });
    }
    expect(world.fetched).toHaveLength(2);
  });

  it('are not asked for by a token with an algorithm that is not allowed', async () => {
    expect(
      await world.ask(assembleToken({ alg: 'none', kid: 'x' }, world.goodClaims())),
    ).toMatchObject({
      kind: 'unauthorized',
    });
    expect(world.fetched).toEqual([]);
  });

  it('say nothing about a token while they cannot be had, and are asked for gently', async () => {
    let answers = 0;
    const signingKeys = createSigningKeys(JWKS_URL, world.clock, () => {
      answers += 1;
      return Promise.resolve(new Response('down', { status: 503 }));
    });
    const query = { token: await world.sign() };
    const ask = () =>
      authorize({ keys: signingKeys, clock: world.clock }, SETTINGS, { headers: {}, query });
    for (let n = 0; n < 20; n += 1) {
      await expect(ask()).rejects.toThrow(n === 0 ? 'Expected 200 OK' : 'did not answer just now');
    }
    expect(answers).toBe(1);
    world.clock.advance(1_001);
    await expect(ask()).rejects.toThrow('Expected 200 OK');
    expect(answers).toBe(2);
  });
});
