/** Both clients at a server that authenticates its callers. Each sends its token the way its generator offers. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import createTypedClient, {type Middleware} from 'openapi-fetch';
import {checkedFetch} from './checked_fetch.js';
import {createClient} from './generated/sdk/client/index.js';
import type {components, paths} from './generated/schema.js';
import * as weir from './generated/sdk/index.js';

const baseUrl = process.env.WEIR_URL!;
const tokens = {reader: process.env.READER!, writer: process.env.WRITER!, wrong: 'weir_0000000000000000_wrong'};
type Caller = keyof typeof tokens | 'nobody';

/** The SDK asks for the token where an operation needs one. */
const sdk = (caller: Caller) =>
  createClient({baseUrl, fetch: checkedFetch, auth: caller === 'nobody' ? undefined : () => tokens[caller]});

/** openapi-fetch has only types: a middleware sends the token. */
function typed(caller: Caller) {
  const client = createTypedClient<paths, 'application/json' | 'application/problem+json'>({baseUrl, fetch: checkedFetch});
  const authenticate: Middleware = {
    onRequest({request}) {
      if (caller !== 'nobody') request.headers.set('Authorization', `Bearer ${tokens[caller]}`);
      return request;
    },
  };
  client.use(authenticate);
  return client;
}

const user = (userId: string): components['schemas']['CreateUserCommand'] => ({userId, name: 'Ada'});

for (const [caller, how] of [['nobody', 'without a token'], ['wrong', 'with a wrong token']] as const) {
  test(`the SDK is refused ${how}, by a typed problem`, async () => {
    for (const answer of [await weir.getUser({client: sdk(caller), path: {userId: 'sdk'}}),
                          await weir.createUser({client: sdk(caller), body: user('sdk')}),
                          await weir.listEvents({client: sdk(caller)}), await weir.getMe({client: sdk(caller)})]) {
      assert.equal(answer.response!.status, 401);
      assert.ok(answer.error && answer.error.type === '/problems/unauthorized');
      const status: 401 = answer.error.status;
      assert.equal(status, 401);
      assert.match(answer.response!.headers.get('WWW-Authenticate')!, /^Bearer /);
    }
    assert.equal((await weir.getLiveness({client: sdk(caller)})).data?.status, 'pass', 'an open operation');
  });

  test(`openapi-fetch is refused ${how}, by a typed problem`, async () => {
    for (const answer of [await typed(caller).GET('/users/{userId}', {params: {path: {userId: 'typed'}}}),
                          await typed(caller).POST('/commands/createUser', {body: user('typed')}),
                          await typed(caller).GET('/events'), await typed(caller).GET('/me')]) {
      assert.equal(answer.response.status, 401);
      assert.ok(answer.error && answer.error.type === '/problems/unauthorized');
      const status: 401 = answer.error.status;
      assert.equal(status, 401);
    }
    assert.equal((await typed(caller).GET('/')).data?.name, 'weir', 'an open operation');
  });
}

test('the SDK may do what the role grants, and no more', async () => {
  const refused = await weir.createUser({client: sdk('reader'), body: user('sdk')});
  assert.equal(refused.response!.status, 403);
  assert.ok(refused.error && refused.error.type === '/problems/forbidden');
  assert.match(refused.error.detail!, /do not grant the command createUser/);
  assert.equal((await weir.createUser({client: sdk('writer'), body: user('sdk')})).data?.sequence, 1);
  assert.equal((await weir.getUser({client: sdk('reader'), path: {userId: 'sdk'}})).data?.name, 'Ada');
  const {data} = await weir.listStreamEvents({client: sdk('reader'), path: {stream: 'user-sdk'}});
  assert.equal(data?.events[0]?.metadata.actor, 'ts-writer');
  assert.equal((await weir.getMetrics({client: sdk('writer'), parseAs: 'text'})).response!.status, 403);
});

test('openapi-fetch may do what the role grants, and no more', async () => {
  const refused = await typed('reader').POST('/commands', {body: {createUser: user('typed')}});
  assert.equal(refused.response.status, 403);
  assert.ok(refused.error && refused.error.type === '/problems/forbidden');
  const created = await typed('writer').POST('/commands', {body: {createUser: user('typed')}});
  assert.equal(created.response.status, 200);
  const read = await typed('reader').GET('/users/{userId}', {params: {path: {userId: 'typed'}}});
  assert.equal(read.data?.name, 'Ada');
  const log = await typed('reader').GET('/events', {params: {query: {category: 'user'}}});
  assert.ok(log.data!.events.some((each) => each.stream === 'user-typed' && each.metadata.actor === 'ts-writer'));
  assert.equal((await typed('writer').GET('/metrics', {parseAs: 'text'})).response.status, 403);
});

test('both learn who they are', async () => {
  const {data: mine} = await weir.getMe({client: sdk('reader')});
  const by: 'none' | 'apiToken' | 'accessToken' | 'clientCertificate' = mine!.authenticatedBy;
  assert.deepEqual([mine?.name, mine?.roles, by], ['ts-reader', ['reader'], 'apiToken']);
  assert.deepEqual([mine?.permissions.commands, mine?.permissions.queries, mine?.permissions.metrics], [[], ['*'], false]);
  const {data: typedMine} = await typed('writer').GET('/me');
  assert.deepEqual([typedMine?.name, typedMine?.permissions.commands], ['ts-writer', ['*']]);
});
