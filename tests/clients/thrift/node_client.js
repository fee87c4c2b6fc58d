// Calls a server for a test: each line of stdin is a call, {"method", "struct", "options"}, and each line of stdout what it
// came to, {"answer"} or {"thrown", "fields"}. Calls are not waited for before the next one is sent.
//
//   node node_client.js PORT buffered|framed binary|compact|json [SERVICE]
'use strict';

const readline = require('readline');
const thrift = require('thrift');
const Int64 = require('node-int64');
const UsersService = require('./UsersService');
const commands = require('./commands_types');
const queries = require('./queries_types');
const weir = require('./weir_types');

const [port, transport, protocol, service] = process.argv.slice(2);
const transports = { buffered: thrift.TBufferedTransport, framed: thrift.TFramedTransport };
const protocols = { binary: thrift.TBinaryProtocol, compact: thrift.TCompactProtocol, json: thrift.TJSONProtocol };

const connection = thrift.createConnection('127.0.0.1', Number(port), {
  transport: transports[transport],
  protocol: protocols[protocol],
});
connection.on('error', (error) => {
  console.error(String(error));
  process.exit(1);
});
const client = service
  ? new thrift.Multiplexer().createClient(service, UsersService, connection)
  : thrift.createClient(UsersService, connection);

// What a struct holds: members that are set, 64-bit integers as numbers.
function plain(value) {
  if (value instanceof Int64) return value.toNumber();
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, plain(member)]));
}

function report(error, answer) {
  if (!error) return console.log(JSON.stringify({ answer: plain(answer) }));
  const { name, message, ...fields } = error;
  if (error instanceof thrift.Thrift.TApplicationException) fields.message = message; // of others it is the name again
  console.log(JSON.stringify({ thrown: name, fields: plain(fields) }));
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { method, struct, options } = JSON.parse(line);
  if (method === 'execute') {
    client.execute(new commands.Command(struct), options && new weir.ExecuteOptions(options), report);
  } else {
    const Query = queries[method[0].toUpperCase() + method.slice(1) + 'Query'];
    client[method](new Query(struct), report);
  }
}).on('close', () => connection.end());
