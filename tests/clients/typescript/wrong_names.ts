/** What must not compile. Each line would be an error of tsc's; if one were none, its comment would be. */
import createClient from 'openapi-fetch';
import type {paths} from './generated/schema.js';
import * as weir from './generated/sdk/index.js';

const typed = createClient<paths, 'application/json' | 'application/problem+json'>({});
const email = 'ada@example.org';

export async function neverCalled() {
  // @ts-expect-error: the field is userId
  await weir.createUser({body: {id: 'u1', name: 'Ada', email}});
  // @ts-expect-error: a required field is missing
  await weir.createUser({body: {name: 'Ada', email}});
  // @ts-expect-error: there is no such member
  await weir.createUser({body: {userId: 'u1', name: 'Ada', email, age: 36}});
  // @ts-expect-error: a text is no number
  await weir.renameUser({body: {userId: 1, name: 'Ada'}});
  // @ts-expect-error: there is no such command
  await weir.executeCommand({body: {creatUser: {userId: 'u1', name: 'Ada', email}}});
  // @ts-expect-error: there is no such status
  await weir.listUsers({query: {status: 'GONE'}});
  // @ts-expect-error: a user has no such member
  (await weir.getUser({path: {userId: 'u1'}})).data?.fullName;
  // @ts-expect-error: a caller has no such member
  (await weir.getMe()).data?.userName;

  // @ts-expect-error: there is no such path
  await typed.POST('/commands/creatUser', {body: {userId: 'u1', name: 'Ada', email}});
  // @ts-expect-error: the field is userId
  await typed.POST('/commands/createUser', {body: {id: 'u1', name: 'Ada', email}});
  // @ts-expect-error: there is no such direction
  await typed.GET('/streams/{stream}/events', {params: {path: {stream: 'user-u1'}, query: {direction: 'sideways'}}});
  // @ts-expect-error: a user has no such member
  (await typed.GET('/users/{userId}', {params: {path: {userId: 'u1'}}})).data?.fullName;
}
