// Users on Emmett: createUser through its own CommandHandler, on its PostgreSQL event store, behind Express.
// Prints its port once it takes requests.
import { CommandHandler, IllegalStateError } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import express from 'express';

const store = getPostgreSQLEventStore(process.env.DATABASE_URL);
await store.schema.migrate();

const initialState = () => ({ status: 'ABSENT' });
const evolve = (user, { type, data, metadata }) =>
  type === 'UserCreated' ? { ...data, status: 'ACTIVE', createdAt: metadata?.createdAt } : user;
const handle = CommandHandler({ evolve, initialState });

const createUser = (command) => (user) => {
  if (user.status !== 'ABSENT') throw new IllegalStateError('UserAlreadyExists');
  return { type: 'UserCreated', data: command, metadata: { createdAt: new Date().toISOString() } };
};

// The rules of CreateUserCommand in idl/users, but for the uniqueness of addresses, which nothing here can see to.
const faults = ({ userId, name, email, ...rest } = {}) => [
  ...(/^[A-Za-z0-9_.-]{1,64}$/.test(userId ?? '') ? [] : ['userId']),
  ...(typeof name === 'string' && name.length >= 1 && name.length <= 200 ? [] : ['name']),
  ...(email === undefined || (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && email.length <= 254) ? [] : ['email']),
  ...Object.keys(rest),
];

const app = express();
app.disable('x-powered-by');
app.use(express.json());
app.post('/commands', async (request, response, next) => {
  try {
    const command = request.body.createUser;
    const wrong = faults(command);
    if (wrong.length > 0) return response.status(422).json({ errors: wrong });
    const stream = `user-${command.userId}`;
    const { nextExpectedStreamVersion } = await handle(store, stream, createUser(command));
    response.set('ETag', `"${nextExpectedStreamVersion}"`);
    response.json({ stream, sequence: Number(nextExpectedStreamVersion) });
  } catch (error) {
    next(error);
  }
});
app.get('/users/:userId', async (request, response, next) => {
  try {
    const { state } = await store.aggregateStream(`user-${request.params.userId}`, { evolve, initialState });
    if (state.status === 'ABSENT') return response.sendStatus(404);
    response.json(state);
  } catch (error) {
    next(error);
  }
});
app.use((error, request, response, next) => {
  if (response.headersSent) return next(error);
  response.status(error instanceof IllegalStateError ? 409 : 500).json({ detail: error.message });
});
const listening = app.listen(0, '127.0.0.1', () => console.log(listening.address().port));
