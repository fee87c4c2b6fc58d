/** The users' whole life through the SDK that @hey-api/openapi-ts makes of the contract. */
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {checkedFetch, compileAllSchemas, seen} from './checked_fetch.js';
import {client} from './generated/sdk/client.gen.js';
import * as weir from './generated/sdk/index.js';

const url = process.env.WEIR_URL!;
const run = `sdk${process.pid}`;
const ada = {userId: `${run}-ada`, name: 'Ada', email: `${run}-ada@example.org`};
const stream = `user-${ada.userId}`;

before(() => client.setConfig({baseUrl: url, fetch: checkedFetch}));
after(() => console.log(`${seen.answers} answers of ${seen.operations.size} operations kept the contract: ` +
                        [...seen.statuses].sort().join(', ')));

test('every schema of the contract is one', () => assert.ok(compileAllSchemas() > 30));

test('a user is created, and where it can be read is said', async () => {
  const {data, response} = await weir.createUser({body: ada, headers: {'If-None-Match': '*', Prefer: 'return=representation'}});
  assert.equal(data?.stream, stream);
  assert.equal(data?.sequence, 1);
  assert.equal(data?.events?.length, 1);
  const event = data!.events![0]!.event;
  assert.ok('userCreated' in event);
  assert.deepEqual(event.userCreated, ada);
  assert.equal(response!.headers.get('Location'), `/users/${ada.userId}`);
  assert.equal(response!.headers.get('Preference-Applied'), 'return=representation');
});

test('the union does the same as the operations of their own', async () => {
  const {data} = await weir.executeCommand({body: {renameUser: {userId: ada.userId, name: 'Ada Lovelace'}}});
  assert.ok(data && 'sequence' in data);
  assert.equal(data.sequence, 2);
  const same = await weir.renameUser({body: {userId: ada.userId, name: 'Ada Lovelace'}});
  assert.equal(same.data?.sequence, 2, 'the name is the same: nothing happens');
});

test('an array of commands is one commit, and its refusal says which it was', async () => {
  const kim = {userId: `${run}-kim`, name: 'Kim', email: `${run}-kim@example.org`};
  const both = [{createUser: kim}, {renameUser: {userId: kim.userId, name: 'Kim Lee'}}];
  const {data} = await weir.executeCommand({body: both});
  assert.ok(data && 'results' in data);
  assert.deepEqual(data.results.map((each) => each.sequence), [1, 2]);
  assert.equal(data.results[1]!.position, data.position);
  const {error} = await weir.executeCommand({body: [{reactivateUser: {userId: `${run}-kim`}}, {createUser: kim}]});
  assert.ok(error && 'code' in error && error.code === 'UserActive');
  assert.equal(error.index, 0);
});

test('queries show what the events came to', async () => {
  const {data, response} = await weir.getUser({path: {userId: ada.userId}});
  assert.equal(data?.name, 'Ada Lovelace');
  assert.equal(data?.status, 'ACTIVE');
  const tag = response!.headers.get('ETag')!;
  const again = await weir.getUser({path: {userId: ada.userId}, headers: {'If-None-Match': tag}});
  assert.equal(again.response!.status, 304);
  const byEmail = await weir.getUserByEmail({path: {email: ada.email.toUpperCase()}});
  assert.equal(byEmail.data?.userId, ada.userId);
});

test('a refusal is told by its code, and has its own fields', async () => {
  const {error, response} = await weir.createUser({body: {...ada, email: 'other@example.org'}});
  assert.equal(response!.status, 409);
  assert.ok(error && 'code' in error);
  switch (error.code) {
    case 'UserAlreadyExists':
      assert.equal(error.userId, ada.userId);
      break;
    case 'EmailTaken':
      assert.fail(`the address ${error.email} is free`);
      break;
    default:
      error satisfies never;
  }
  const taken = await weir.createUser({body: {...ada, userId: `${run}-eve`}});
  assert.ok(taken.error && 'code' in taken.error && taken.error.code === 'EmailTaken');
  assert.equal(taken.error.email, ada.email);
});

test('every fault of an input is listed', async () => {
  const {error} = await weir.createUser({body: {userId: 'no spaces', name: '', email: 'nowhere'}});
  assert.ok(error && 'errors' in error);
  assert.deepEqual(error.errors.map((each) => each.pointer).sort(), ['/email', '/name', '/userId']);
  const unknown = await weir.executeCommand({body: {creatUser: ada} as never});
  assert.ok(unknown.error && unknown.error.type === '/problems/unknown-command');
});

test('a stale sequence is 412, and says which it is', async () => {
  const {error, response} = await weir.renameUser({body: {userId: ada.userId, name: 'Eve'}, headers: {'If-Match': '"1"'}});
  assert.equal(response!.status, 412);
  assert.ok(error && 'expected' in error);
  assert.deepEqual([error.expected, error.actual], [1, 2]);
  const fresh = await weir.renameUser({body: {userId: ada.userId, name: 'Countess'}, headers: {'If-Match': '"2"'}});
  assert.equal(fresh.data?.sequence, 3);
});

test('a retry with the same key gets the same answer, another command does not', async () => {
  const headers = {'Idempotency-Key': `${run} leave`};
  const first = await weir.deactivateUser({body: {userId: ada.userId, reason: 'On leave'}, headers});
  const again = await weir.deactivateUser({body: {userId: ada.userId, reason: 'On leave'}, headers});
  assert.deepEqual(again.data, first.data);
  assert.equal(first.response!.headers.get('Idempotency-Replayed'), null);
  assert.equal(again.response!.headers.get('Idempotency-Replayed'), 'true');
  const other = await weir.deactivateUser({body: {userId: ada.userId, reason: 'For good'}, headers});
  assert.ok(other.error && other.error.type === '/problems/idempotency-key-reused');
});

test('who is inactive can only be reactivated', async () => {
  const {error} = await weir.changeEmail({body: {userId: ada.userId, email: `${run}-new@example.org`}});
  assert.ok(error && 'code' in error && error.code === 'UserInactive');
  assert.equal((await weir.reactivateUser({body: {userId: ada.userId}})).response!.status, 200);
  const active = await weir.reactivateUser({body: {userId: ada.userId}});
  assert.ok(active.error && 'code' in active.error && active.error.code === 'UserActive');
  assert.equal((await weir.changeEmail({body: {userId: ada.userId, email: `${run}-new@example.org`}})).data?.sequence, 6);
});

test('what is not there is 404 and says what', async () => {
  const {error} = await weir.getUser({path: {userId: `${run}-nobody`}});
  assert.ok(error && 'code' in error && error.code === 'UserNotFound');
  assert.equal(error.userId, `${run}-nobody`);
  assert.equal((await weir.getUserByEmail({path: {email: `${run}-none@example.org`}})).response!.status, 404);
  assert.equal((await weir.getStream({path: {stream: 'user-' + run}})).response!.status, 404);
  assert.equal((await weir.getProblemType({path: {name: 'no-such'}})).response!.status, 404);
});

test('pages of users lead to the end', async () => {
  for (let n = 0; n < 7; ++n) {
    await weir.createUser({body: {userId: `${run}-p${n}`, name: `Page ${run} ${n}`, email: `${run}-p${n}@example.org`}});
  }
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const {data}: {data?: weir.UserList} = await weir.listUsers({query: {limit: 3, status: 'ACTIVE', namePrefix: `Page ${run}`, cursor}});
    found.push(...data!.users.map((user) => user.userId));
    cursor = data!.next;
  } while (cursor !== undefined);
  assert.deepEqual(found, [0, 1, 2, 3, 4, 5, 6].map((n) => `${run}-p${n}`));
  const bad = await weir.listUsers({query: {limit: 0}});
  assert.equal(bad.response!.status, 422);
});

test('the stream has its whole history, a page at a time', async () => {
  const head = await weir.getStream({path: {stream}});
  assert.equal(head.data?.sequence, 6);
  const kinds: string[] = [];
  let from: number | undefined = undefined;
  do {
    const page: {data?: weir.EventPage} = await weir.listStreamEvents({path: {stream}, query: {limit: 4, from}});
    kinds.push(...page.data!.events.map((each) => Object.keys(each.event)[0]!));
    from = page.data!.next;
  } while (from !== undefined);
  assert.deepEqual(kinds, ['userCreated', 'userRenamed', 'userRenamed', 'userDeactivated', 'userReactivated', 'userEmailChanged']);
  const last = await weir.listStreamEvents({path: {stream}, query: {direction: 'backward', limit: 1}});
  assert.equal(last.data?.events[0]?.sequence, 6);
});

test('the whole log is read on from where the page before ended', async () => {
  const kinds: string[] = [];
  let [after, head]: [number, number] = [0, 1];
  while (after < head) {
    const {data}: {data?: weir.LogPage} = await weir.listEvents({query: {after, limit: 5, category: 'user', types: ['userRenamed', 'userCreated']}});
    kinds.push(...data!.events.filter((each) => each.stream === stream).map((each) => Object.keys(each.event)[0]!));
    [after, head] = [data!.lastPosition, data!.headPosition];
  }
  assert.deepEqual(kinds, ['userCreated', 'userRenamed', 'userRenamed']);
  const past = await weir.getUser({path: {userId: stream.slice('user-'.length)}, query: {atSequence: 1}});
  assert.equal(past.data?.sequence, 1);
});

test('the report counts days', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const {data} = await weir.getSignups({query: {from: '2026-01-01', to: today < '2099' ? '2099-12-31' : today}});
  assert.ok(data!.days.every((day) => day.created >= 0 && day.deactivated >= 0));
  assert.ok(data!.days.reduce((sum, day) => sum + day.created, 0) >= 8);
});

test('another domain is used alike', async () => {
  const [from, to] = [`${run}-from`, `${run}-to`];
  for (const accountId of [from, to]) await weir.openAccount({body: {accountId, owner: 'Ada'}});
  await weir.deposit({body: {accountId: from, amount: 300}});
  await weir.withdraw({body: {accountId: from, amount: 100}});
  const {response} = await weir.transfer({body: {fromAccountId: from, toAccountId: to, amount: 200}});
  assert.equal(response!.headers.get('Location'), `/accounts/${from}`);
  const refused = await weir.transfer({body: {fromAccountId: from, toAccountId: to, amount: 1}});
  assert.ok(refused.error && 'code' in refused.error && refused.error.code === 'InsufficientFunds');
  assert.equal(refused.error.balance, 0);
  assert.equal((await weir.closeAccount({body: {accountId: from}})).data?.sequence, 5);
  assert.equal((await weir.getAccount({path: {accountId: from}})).data?.status, 'CLOSED');
  const {data} = await weir.getStatement({path: {accountId: to}, query: {from: 2}});
  assert.deepEqual(data?.entries.map((each) => [each.kind, each.amount, each.balance, each.counterparty]),
                   [['RECEIVED', 200, 200, from]]);
  assert.ok((await weir.listAccounts({query: {status: 'CLOSED'}})).data!.accounts.some((each) => each.accountId === from));
  for (;;) {  // the report follows the log by itself
    const {data: report, response: asked} = await weir.getMonthlyReport({query: {from: '2026-01', to: '9999-12'}});
    if (Number(asked!.headers.get('Weir-Position')) < Number(response!.headers.get('Weir-Position'))) continue;
    assert.ok(report!.months.reduce((sum, month) => sum + month.transferred, 0) >= 200);
    break;
  }
});

test('what is for operating is in the contract too', async () => {
  assert.equal((await weir.getLiveness()).data?.status, 'pass');
  assert.equal((await weir.getReadiness()).data?.status, 'pass');
  assert.equal((await weir.getMe()).data?.authenticatedBy, 'none');
  assert.equal((await weir.rebuildProjection({path: {name: 'signups'}})).data?.name, 'signups');
  assert.ok((await weir.getProjections()).data!.projections!.every((each) => each.state !== 'failing'));
  assert.match((await weir.getMetrics({parseAs: 'text'})).data!, /weir_/);
  assert.equal((await weir.getProblemType({path: {name: 'EmailTaken'}})).data?.status, 409);
  assert.equal((await weir.getOpenApi()).response!.status, 200);
  assert.match((await weir.getDocs({parseAs: 'text'})).data!, /<html/);
  assert.equal((await weir.getIndex()).data?.name, 'weir');
  assert.match((await weir.verifyData()).data!.state, /running|idle/);
  while ((await weir.getVerification()).data!.state === 'running');
  assert.equal((await weir.getVerification()).data!.last!.result, 'sound');
  assert.equal((await weir.getCheckpoint({parseAs: 'text'})).response!.status, 404);  // the server has no key for that
  assert.equal((await weir.makeBackup()).response!.status, 404);  // the server has no directory for that
  const copy = (await weir.makeStoreCopy()).data!;
  const named = {id: copy.id, name: copy.files[0]!.name};
  assert.equal((await weir.getBackup()).data!.copyId, copy.id);
  assert.equal((await weir.getStoreCopyFile({path: named, parseAs: 'arrayBuffer'})).response!.status, 200);
  assert.equal((await weir.deleteStoreCopy({path: {id: copy.id}})).response!.status, 204);
  const log = (await weir.getLog()).data!;
  assert.ok(log.id.startsWith(`${log.position}.`) && log.id.endsWith(log.hash.slice(0, 8)));
});

test('a person is erased', async () => {
  const gone = {userId: `${run}-gone`, name: 'Gone', email: `${run}-gone@example.org`};
  const subject = `user-${gone.userId}`;
  await weir.createUser({body: gone});
  assert.equal((await weir.erasePerson({body: {subject}})).data?.subject, subject);
  assert.equal((await weir.getUser({path: {userId: gone.userId}})).data?.name, undefined);
  const events = (await weir.listStreamEvents({path: {stream: subject}})).data!.events;
  assert.deepEqual(events[0]?.erased, ['/userCreated/name', '/userCreated/email']);
  const refused = await weir.renameUser({body: {userId: gone.userId, name: 'Back'}});
  assert.ok(refused.error && refused.error.type === '/problems/subject-erased');
  assert.equal(refused.error.subject, subject);
});

test('the SDK has a function for each operation, and all were used', () => {
  const functions = Object.entries(weir).filter(([, value]) => typeof value === 'function').map(([name]) => name);
  // callThrift is for Thrift's own clients, followCommits for weir archive.
  assert.deepEqual([...seen.operations, 'callThrift', 'followCommits'].sort(), functions.sort());
});
