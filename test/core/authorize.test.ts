import { authorizerForEachTest, SETTINGS } from '../support/authorizer-world.ts';

const world = authorizerForEachTest();

const ACCESS = { ...SETTINGS, tokenUse: 'access' } as const;

describe('authorize', () => {
  it('lets a good token in, and says who it is and until when', async () => {
    const token = await world.sign({ claims: { name: 'Alice Ä.' } });
    expect(await world.ask(token)).toEqual({
      kind: 'allowed',
      context: {
        userId: 'alice',
        name: 'Alice Ä.',
        tokenEnd: (world.seconds() + 3_600) * 1000,
        batch: false,
      },
    });
  });

  it.each(['RS256', 'ES256'] as const)('takes %s', async (alg) => {
    expect(
      await world.ask(await world.sign({}, alg === 'RS256' ? world.keys.rsa : world.keys.ec)),
    ).toMatchObject({
      kind: 'allowed',
    });
  });

  it.each(['JWT', 'at+jwt', 'application/at+jwt', undefined])('takes the type %s', async (typ) => {
    expect(await world.ask(await world.sign({ header: { typ } }))).toMatchObject({
      kind: 'allowed',
    });
  });

  it('takes an audience among several', async () => {
    const token = await world.sign({ claims: { aud: ['other', 'chat'] } });
    expect(await world.ask(token)).toMatchObject({ kind: 'allowed' });
  });

  it('lets a name go that is none', async () => {
    const names = ['', 'line\nbreak', 'x'.repeat(101), 7, ['a']];
    for (const name of names) {
      const answer = await world.ask(await world.sign({ claims: { name } }));
      expect(answer).toMatchObject({ kind: 'allowed', context: { userId: 'alice' } });
      expect(answer).not.toHaveProperty('context.name');
    }
  });

  it('ends a token after a day, whatever it says', async () => {
    const iat = world.seconds() - 100;
    const answer = await world.ask(await world.sign({ claims: { iat, exp: iat + 10 ** 9 } }));
    expect(answer).toMatchObject({ context: { tokenEnd: (iat + 86_400) * 1000 } });
  });

  it('tolerates an issuer whose clock is a little ahead', async () => {
    const token = await world.sign({
      claims: { iat: world.seconds() + 4, nbf: world.seconds() + 4 },
    });
    expect(await world.ask(token)).toMatchObject({ kind: 'allowed' });
  });

  it('notes that the client takes batches', async () => {
    const answer = await world.ask(await world.sign(), SETTINGS, {}, { batch: '1' });
    expect(answer).toMatchObject({
      context: { batch: true },
    });
  });

  describe('finds the token', () => {
    it.each(['Sec-WebSocket-Protocol', 'sec-websocket-protocol'])(
      'among the subprotocols (%s)',
      async (name) => {
        const headers = { [name]: `parley.v1, bearer.${await world.sign()}` };
        expect(await world.ask(undefined, SETTINGS, headers)).toMatchObject({ kind: 'allowed' });
      },
    );

    it.each(['Bearer', 'bearer'])('in the Authorization header (%s)', async (scheme) => {
      const headers = { authorization: `${scheme} ${await world.sign()}` };
      expect(await world.ask(undefined, SETTINGS, headers)).toMatchObject({ kind: 'allowed' });
    });

    it('in the query string', async () => {
      expect(await world.ask(await world.sign())).toMatchObject({ kind: 'allowed' });
    });

    it('and does not fall back to another place when the first one holds a bad one', async () => {
      const headers = { 'Sec-WebSocket-Protocol': 'parley.v1, bearer.bad' };
      expect(await world.ask(await world.sign(), SETTINGS, headers)).toMatchObject({
        kind: 'unauthorized',
      });
    });

    it.each<Record<string, string>>([
      {},
      { Authorization: 'Basic YWxpY2U6c2VjcmV0' },
      { Authorization: 'Bearer' },
      { 'Sec-WebSocket-Protocol': 'parley.v1' },
      { 'Sec-WebSocket-Protocol': 'parley.v1, bearer.' },
    ])('nowhere in %j', async (headers) => {
      expect(await world.ask(undefined, SETTINGS, headers)).toMatchObject({ kind: 'unauthorized' });
      expect(world.fetched).toEqual([]);
    });
  });

  describe('looks at the origin', () => {
    it('lets in a page of the list, and a client that has none', async () => {
      const token = await world.sign();
      const Origin = 'https://chat.example.com';
      expect(await world.ask(token, SETTINGS, { Origin })).toMatchObject({ kind: 'allowed' });
      expect(await world.ask(token, SETTINGS, {})).toMatchObject({ kind: 'allowed' });
    });

    it.each([
      'https://evil.example',
      'http://chat.example.com',
      'https://chat.example.com.evil.example',
      'https://chat.example.com:8443',
      'https://CHAT.example.com',
      'https://chat.example.com/',
      'null',
      '',
    ])('refuses %j, whatever the token', async (origin) => {
      const answer = await world.ask(await world.sign(), SETTINGS, { origin });
      expect(answer).toEqual({ kind: 'forbidden', reason: 'origin' });
      expect(world.fetched).toEqual([]);
    });

    it('refuses every page where no origin is allowed', async () => {
      const headers = { Origin: 'https://chat.example.com' };
      const answer = await world.ask(
        await world.sign(),
        { ...SETTINGS, allowedOrigins: [] },
        headers,
      );
      expect(answer).toMatchObject({ kind: 'forbidden' });
    });
  });

  describe('for an issuer that puts the audience into client_id', () => {
    const claims = { aud: undefined, client_id: 'chat', token_use: 'access' };

    it('takes an access token of that client, also without a type as Cognito writes it', async () => {
      const token = await world.sign({ claims, header: { typ: undefined } });
      expect(await world.ask(token, ACCESS)).toMatchObject({ kind: 'allowed' });
    });

    it.each<[string, Record<string, unknown>]>([
      ['an id token', { ...claims, token_use: 'id' }],
      ['a token without token_use', { ...claims, token_use: undefined }],
      ['an unknown token_use', { ...claims, token_use: 'refresh' }],
      ['another client', { ...claims, client_id: 'other' }],
      ['no client', { ...claims, client_id: undefined }],
      ['several clients', { ...claims, client_id: ['chat'] }],
      ['the audience in aud only', { ...claims, client_id: undefined, aud: 'chat' }],
      ['an aud that names another service', { ...claims, aud: 'https://files.example' }],
    ])('refuses %s', async (_name, changed) => {
      const answer = await world.ask(await world.sign({ claims: changed }), ACCESS);
      expect(answer).toMatchObject({ kind: 'unauthorized' });
    });
  });
});
