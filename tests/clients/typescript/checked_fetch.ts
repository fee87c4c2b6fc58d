/** A fetch that holds every answer to the contract: its status, its media type, its header fields and its body. */
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';

const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

type Json = {[name: string]: any};

const contract: Json = closed(JSON.parse(readFileSync('openapi.json', 'utf8')));
const ajv = new Ajv2020({allErrors: true, strict: true, strictTypes: false, strictTuples: false, validateFormats: true});
addFormats(ajv);
ajv.addVocabulary(['discriminator', 'x-enumDescriptions', 'x-personal']);
ajv.addFormat('int32', true).addFormat('int64', true).addFormat('double', true);
// Only the schemas of the document are JSON Schema; the rest is reached by pointers.
for (const word of ['openapi', 'info', 'servers', 'security', 'tags', 'paths', 'components']) ajv.addKeyword(word);
ajv.addSchema({...contract, $id: 'contract'});

/** What the contract does not list may come with a later Weir; with this one it is a fault. */
function closed(node: any): any {
  if (Array.isArray(node)) return node.map(closed);
  if (node === null || typeof node !== 'object') return node;
  const copy: Json = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, closed(value)]));
  if (copy.type === 'object' && copy.properties && copy.additionalProperties === undefined) copy.additionalProperties = false;
  return copy;
}

function resolve(node: Json): Json {
  if (!node.$ref) return node;
  return (node.$ref as string).slice(2).split('/').reduce((at: Json, name) => at[name], contract);
}

/** The path of the contract that a URL's path is an instance of; one without parameters goes before. */
function templateOf(path: string): string {
  const fits = Object.keys(contract.paths).filter(
    (template) => new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(path));
  assert.ok(fits.length > 0, `the contract has no path for ${path}`);
  return fits.sort((a, b) => a.split('{').length - b.split('{').length)[0]!;
}

const validators = new Map<string, ValidateFunction>();

function validatorOf(schema: Json): ValidateFunction {
  const key = JSON.stringify(schema);
  let found = validators.get(key);
  if (!found) {
    const absolute = JSON.parse(key.replaceAll('"$ref":"#', '"$ref":"contract#').replaceAll('":"#/components', '":"contract#/components'));
    found = ajv.compile(absolute);
    validators.set(key, found);
  }
  return found;
}

function check(schema: Json, value: unknown, where: string) {
  const validate = validatorOf(schema);
  assert.ok(validate(value), `${where}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value, null, 2)}`);
}

function checkHeaders(documented: Json, headers: Headers, where: string) {
  for (const [name, header] of Object.entries(documented)) {
    const value = headers.get(name);
    const schema = resolve(header as Json).schema;
    if (value !== null) check(schema, schema.type === 'integer' ? Number(value) : value, `${where}: header ${name}`);
  }
}

export const seen = {answers: 0, operations: new Set<string>(), statuses: new Set<string>()};

export const checkedFetch: typeof fetch = async (input, init) => {
  const request = new Request(input as RequestInfo, init);
  const answer = await fetch(request);
  const template = templateOf(new URL(request.url).pathname);
  const operation = contract.paths[template][request.method.toLowerCase()];
  assert.ok(operation, `the contract has no ${request.method} ${template}`);
  const where = `${operation.operationId} ${answer.status}`;
  assert.ok(operation.responses[answer.status], `${where} is not in the contract`);
  const documented = resolve(operation.responses[answer.status]);
  checkHeaders(documented.headers ?? {}, answer.headers, where);
  const text = await answer.clone().text();
  if (documented.content) {
    const mediaType = (answer.headers.get('content-type') ?? '').split(';')[0]!;
    assert.ok(documented.content[mediaType], `${where}: ${mediaType} is not in the contract`);
    check(documented.content[mediaType].schema, mediaType.endsWith('json') ? JSON.parse(text) : text, where);
  } else {
    assert.equal(text, '', where);
  }
  seen.answers += 1;
  seen.operations.add(operation.operationId);
  seen.statuses.add(where);
  return answer;
};

/** Every schema of the contract is one, patterns and formats included. */
export function compileAllSchemas(): number {
  const names = Object.keys(contract.components.schemas);
  for (const name of names) validatorOf({$ref: `#/components/schemas/${name}`});
  return names.length;
}
