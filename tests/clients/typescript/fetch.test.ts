/** The same contract as types alone: openapi-typescript with openapi-fetch. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import createClient from 'openapi-fetch';
import {checkedFetch} from './checked_fetch.js';
import type {components, paths} from './generated/schema.js';

// Of the media types that an answer may have, those that this client reads.
type Read = 'application/json' | 'application/problem+json';

const weir = createClient<paths, Read>({baseUrl: process.env.WEIR_URL!, fetch: checkedFetch});
const run = `fetch${process.pid}`;
const grace: components['schemas']['CreateUserCommand'] = {userId: run, name: 'Grace', email: `${run}@example.org`};

test('a life through typed paths', async () => {
  const created = await weir.POST('/commands/createUser', {body: grace, params: {header: {'Idempotency-Key': run}}});
  assert.equal(created.data?.sequence, 1);
  const again = await weir.POST('/commands', {body: {createUser: grace}, params: {header: {'Idempotency-Key': run}}});
  assert.deepEqual(again.data, created.data);
  assert.equal(again.response.headers.get('Idempotency-Replayed'), 'true');

  const user = await weir.GET('/users/{userId}', {params: {path: {userId: run}}});
  const status: 'ACTIVE' | 'INACTIVE' = user.data!.status;
  assert.equal(status, 'ACTIVE');

  const left = await weir.POST('/commands/deactivateUser', {body: {userId: run}});
  assert.equal(left.data?.sequence, 2);
  const refused = await weir.POST('/commands/renameUser', {body: {userId: run, name: 'Eve'}});
  assert.equal(refused.response.status, 409);
  assert.ok(refused.error && 'code' in refused.error && refused.error.code === 'UserInactive');

  const stale = await weir.POST('/commands/reactivateUser', {body: {userId: run}, params: {header: {'If-Match': '"1"'}}});
  assert.ok(stale.error && 'actual' in stale.error && stale.error.actual === 2);

  const page = await weir.GET('/users', {params: {query: {limit: 1, status: 'INACTIVE', namePrefix: 'Grace'}}});
  assert.ok(page.data!.users.length <= 1);
  const events = await weir.GET('/streams/{stream}/events', {params: {path: {stream: `user-${run}`}, query: {direction: 'backward'}}});
  const [last] = events.data!.events;
  assert.ok(last && 'userDeactivated' in last.event && last.event.userDeactivated.userId === run);
});
