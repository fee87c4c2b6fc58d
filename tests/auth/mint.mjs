// Makes the access tokens and keys of the tests, with the library jose: good ones, and those of attacks. Where the library
// refuses to make a token, its signature is made with Node's own cryptography, and its text by hand.
//   node mint.mjs FILE    writes {"now", "sets": {name: JWK Set}, "tokens": {name: token}}
import crypto from "node:crypto";
import fs from "node:fs";
import * as jose from "jose";

const now = 1_900_000_000;
const issuer = "https://login.example.org";
const claims = {iss: issuer, aud: "weir", sub: "ada", iat: now - 10, nbf: now - 10, exp: now + 300, roles: ["writer", "unknown"]};
const encode = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

const pairs = {};
for (const [kid, alg] of Object.entries({rs: "RS256", ps: "PS256", es: "ES256", ed: "EdDSA", es384: "ES384"})) {
  pairs[kid] = {alg, ...await jose.generateKeyPair(alg, {extractable: true})};
}
pairs.attacker = {alg: "RS256", ...await jose.generateKeyPair("RS256", {extractable: true})};
const secret = crypto.randomBytes(32);
const jwk = async (kid, more = {}) => ({...await jose.exportJWK(pairs[kid].publicKey), kid, alg: pairs[kid].alg, use: "sig", ...more});
const without = (object, ...names) => Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
const smallKey = (bits) => ({...crypto.generateKeyPairSync("rsa", {modulusLength: bits}).publicKey.export({format: "jwk"}),
  kid: "small", alg: "RS256"});
const hs = {kty: "oct", k: secret.toString("base64url"), kid: "hs", alg: "HS256"};

// A token of these claims, signed with the key `kid`. Header members that are undefined are left out.
const sign = (kid, changed = {}, header = {}, key = pairs[kid]?.privateKey ?? secret) => {
  const all = {...claims, ...changed};
  const protectedHeader = {alg: pairs[kid]?.alg ?? "HS256", typ: "at+jwt", kid, ...header};
  return new jose.CompactSign(new TextEncoder().encode(JSON.stringify(all)))
    .setProtectedHeader(JSON.parse(JSON.stringify(protectedHeader))).sign(key);
};
const signBytes = (bytes) => new jose.CompactSign(Buffer.from(bytes)).setProtectedHeader({alg: "RS256", typ: "at+jwt", kid: "rs"})
  .sign(pairs.rs.privateKey);
// A header that no library writes, with a right RS256 signature.
const signByHand = (header, body = claims, key = pairs.rs.privateKey) => {
  const text = `${encode(header)}.${encode(body)}`;
  return `${text}.${crypto.sign("sha256", Buffer.from(text), crypto.KeyObject.from(key)).toString("base64url")}`;
};
const unsigned = (alg) => `${encode({alg, typ: "at+jwt", kid: "rs"})}.${encode(claims)}.`;
const withSignature = (token, bytes) => token.replace(/[^.]*$/, Buffer.from(bytes).toString("base64url"));
// Hashed with the secret that a confused verifier would take: a form of the public key.
const confused = (form) => sign("rs", {}, {alg: "HS256"}, Buffer.from(form));

const rsJwk = await jwk("rs");
const publicRsa = crypto.KeyObject.from(pairs.rs.publicKey);
const es = await sign("es");
const [esHeader, esClaims] = es.split(".");
const esText = Buffer.from(`${esHeader}.${esClaims}`);
const esKey = crypto.KeyObject.from(pairs.es.privateKey);
const rawEs = crypto.sign("sha256", esText, {key: esKey, dsaEncoding: "ieee-p1363"});
const order = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
const rs = await sign("rs");
const [rsHeader, rsClaims, rsSignature] = rs.split(".");
const rsHeaderText = '"alg":"RS256","typ":"at+jwt","kid":"rs"';
const claimsText = JSON.stringify(claims).slice(1, -1);
const flattened = await new jose.FlattenedSign(Buffer.from(JSON.stringify(claims)))
  .setProtectedHeader({alg: "RS256", typ: "at+jwt", kid: "rs", b64: false, crit: ["b64"]}).sign(pairs.rs.privateKey);
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
// The last digit of 256 bytes has bits that no byte needs: one of them set.
const loose = rs.slice(0, -1) + alphabet[alphabet.indexOf(rs.at(-1)) + 1];
// The longest token of at most `size` bytes, and the shortest of more.
const around = async (size) => {
  const bare = (await sign("ed", {pad: ""})).length;
  let fits, beyond;
  for (let length = Math.floor((size - bare) * 3 / 4) - 8; !beyond; ++length) {
    const token = await sign("ed", {pad: "x".repeat(length)});
    if (token.length <= size) fits = token;
    else beyond = token;
  }
  return {kib_16: fits, kib_16_and_a_bit: beyond};
};
const numbers = async (name) => ({
  [`${name}_float`]: await signBytes(JSON.stringify({...claims, [name]: 0}).replace(`"${name}":0`, `"${name}":${now}.5`)),
  [`${name}_exponent`]: await signBytes(JSON.stringify({...claims, [name]: 0}).replace(`"${name}":0`, `"${name}":19e8`)),
  [`${name}_overflow`]: await signBytes(JSON.stringify({...claims, [name]: 0}).replace(`"${name}":0`, `"${name}":18446744073709551617`)),
  [`${name}_infinite`]: await signBytes(JSON.stringify({...claims, [name]: 0}).replace(`"${name}":0`, `"${name}":1e999`)),
  [`${name}_beyond_years`]: await sign("rs", {[name]: 253402300800}),
  [`${name}_negative`]: await sign("rs", {[name]: -1}),
  [`${name}_string`]: await sign("rs", {[name]: String(now)}),
  [`${name}_null`]: await sign("rs", {[name]: null}),
});

const tokens = {
  rs256: rs, ps256: await sign("ps"), es256: es, eddsa: await sign("ed"), hs256: await sign("hs"),
  longer_rs: await sign("rs", {exp: now + 3_000}), longer_es: await sign("es", {exp: now + 3_000}),
  // alg
  ...Object.fromEntries(["none", "None", "NONE", "nOnE", "none ", ""].map((alg) => [`alg_${alg}`, unsigned(alg)])),
  alg_none_of_jose: new jose.UnsecuredJWT(claims).encode(),
  alg_none_with_signature: signByHand({alg: "none", typ: "at+jwt", kid: "rs"}),
  alg_missing: signByHand({typ: "at+jwt", kid: "rs"}), alg_number: signByHand({alg: 5, typ: "at+jwt", kid: "rs"}),
  alg_lower_case: signByHand({alg: "rs256", typ: "at+jwt", kid: "rs"}),
  hs_of_pem: await confused(publicRsa.export({type: "spki", format: "pem"})),
  hs_of_trimmed_pem: await confused(publicRsa.export({type: "spki", format: "pem"}).trim()),
  hs_of_pkcs1: await confused(publicRsa.export({type: "pkcs1", format: "pem"})),
  hs_of_der: await confused(publicRsa.export({type: "spki", format: "der"})),
  hs_of_jwk: await confused(JSON.stringify(rsJwk)), hs_of_modulus: await confused(Buffer.from(rsJwk.n, "base64url")),
  ps_by_rs_key: await sign("rs", {}, {alg: "PS256"}, await jose.importJWK(await jose.exportJWK(pairs.rs.privateKey), "PS256")),
  rs_by_ps_key: await sign("ps", {}, {alg: "RS256"}, await jose.importJWK(await jose.exportJWK(pairs.ps.privateKey), "RS256")),
  // keys that come along
  embedded_jwk: await sign("attacker", {}, {kid: "rs", jwk: without(await jwk("attacker"), "kid")}),
  embedded_jku: await sign("attacker", {}, {kid: "attacker", jku: "https://attacker.example/jwks.json"}),
  embedded_x5u: await sign("attacker", {}, {kid: "attacker", x5u: "https://attacker.example/x5u.pem"}),
  embedded_x5c: await sign("attacker", {}, {kid: "rs", x5c: ["MIIB"]}),
  good_with_jku: await sign("rs", {}, {jku: "https://attacker.example/jwks.json"}),
  signed_by_attacker: await sign("attacker", {}, {kid: "rs"}),
  // kid
  kid_path: await sign("attacker", {}, {kid: "../../../../dev/null"}), kid_null_secret: await sign("hs", {}, {kid: "/dev/null"}, Buffer.alloc(32)),
  kid_sql: await sign("attacker", {}, {kid: "x' UNION SELECT 'secret"}), kid_control: await sign("rs", {}, {kid: "rs\u0000"}),
  kid_long: await sign("rs", {}, {kid: "k".repeat(257)}), kid_number: signByHand({alg: "RS256", typ: "at+jwt", kid: 1}),
  kid_empty: await sign("rs", {}, {kid: ""}), kid_missing: await sign("rs", {}, {kid: undefined}),
  kid_of_other_key: await sign("rs", {}, {kid: "ps"}), kid_unknown: await sign("rs", {}, {kid: "later"}),
  kid_storm: await Promise.all(Array.from({length: 50}, (_, i) => sign("attacker", {}, {kid: `storm-${i}`}))),
  // ES256
  es_zero: withSignature(es, Buffer.alloc(64)),
  es_r_zero: withSignature(es, Buffer.concat([Buffer.alloc(32), rawEs.subarray(32)])),
  es_s_zero: withSignature(es, Buffer.concat([rawEs.subarray(0, 32), Buffer.alloc(32)])),
  es_order: withSignature(es, Buffer.concat([order, order])),
  es_der: withSignature(es, crypto.sign("sha256", esText, esKey)),
  es_short: withSignature(es, rawEs.subarray(1)), es_long: withSignature(es, Buffer.concat([rawEs, Buffer.alloc(1)])),
  es_empty: withSignature(es, Buffer.alloc(0)),
  es384: await sign("es384", {}, {kid: "es"}), es384_says_es256: await (async () => {
    const text = `${encode({alg: "ES256", typ: "at+jwt", kid: "es"})}.${encode(claims)}`;
    const key = {key: crypto.KeyObject.from(pairs.es384.privateKey), dsaEncoding: "ieee-p1363"};
    return `${text}.${crypto.sign("sha256", Buffer.from(text), key).toString("base64url")}`;
  })(),
  // times
  ...await numbers("exp"), ...await numbers("nbf"), ...await numbers("iat"),
  exp_missing: await sign("rs", {exp: undefined}), exp_zero: await sign("rs", {exp: 0}),
  expired_within_skew: await sign("rs", {exp: now - 29}), expired: await sign("rs", {exp: now - 30}),
  nbf_within_skew: await sign("rs", {nbf: now + 30}), nbf_future: await sign("rs", {nbf: now + 31}),
  iat_future: await sign("rs", {iat: now + 31}), nbf_and_iat_missing: await sign("rs", {nbf: undefined, iat: undefined}),
  // aud, iss, typ
  aud_array: await sign("rs", {aud: ["other", "weir"]}), aud_missing: await sign("rs", {aud: undefined}),
  aud_other: await sign("rs", {aud: "weirder"}), aud_empty: await sign("rs", {aud: []}), aud_null: await sign("rs", {aud: null}),
  aud_mixed: await sign("rs", {aud: ["weir", 1]}), aud_object: await sign("rs", {aud: {weir: true}}),
  aud_upper_case: await sign("rs", {aud: "WEIR"}),
  iss_other: await sign("rs", {iss: issuer + "/"}), iss_missing: await sign("rs", {iss: undefined}), iss_array: await sign("rs", {iss: [issuer]}),
  typ_long: await sign("rs", {}, {typ: "application/AT+JWT"}), typ_missing: await sign("rs", {}, {typ: undefined}),
  typ_jwt: await sign("rs", {}, {typ: "JWT"}), typ_logout: await sign("rs", {}, {typ: "logout+jwt"}), typ_number: signByHand({alg: "RS256", typ: 1, kid: "rs"}),
  id_token: await sign("rs", {aud: "web-client", nonce: "n", at_hash: "h"}, {typ: "JWT"}),
  id_token_for_weir: await sign("rs", {nonce: "n", at_hash: "h"}, {typ: "JWT"}),
  id_token_in_disguise: await sign("rs", {at_hash: "h"}),
  // JSON and JWS
  duplicate_alg: signByHand(`{"alg":"none",${rsHeaderText}}`), duplicate_kid: signByHand(`{${rsHeaderText},"kid":"rs"}`),
  duplicate_exp: await signBytes(`{${claimsText},"exp":${now + 300}}`), duplicate_sub: await signBytes(`{${claimsText},"sub":"root"}`),
  duplicate_by_escape: await signBytes(`{${claimsText},"\\u0073ub":"root"}`),
  duplicate_nested: await signBytes(`{${claimsText},"realm":{"a":1,"a":2}}`),
  deep: await signBytes(`{${claimsText},"deep":${"[".repeat(2000)}${"]".repeat(2000)}}`),
  trailing_text: await signBytes(`{${claimsText}} {}`), claims_array: await signBytes(`[{${claimsText}}]`),
  claims_not_utf8: await signBytes(Buffer.concat([Buffer.from(`{${claimsText},"x":"`), Buffer.from([0xff]), Buffer.from('"}')])),
  claims_empty: await signBytes(""), header_array: signByHand(["RS256"]),
  crit: signByHand({alg: "RS256", typ: "at+jwt", kid: "rs", crit: ["exp"]}), crit_empty: signByHand({alg: "RS256", typ: "at+jwt", kid: "rs", crit: []}),
  b64_false: `${flattened.protected}.${rsClaims}.${flattened.signature}`, b64_true: signByHand({alg: "RS256", typ: "at+jwt", kid: "rs", b64: true}),
  b64_false_raw: `${flattened.protected}.${JSON.stringify(claims)}.${flattened.signature}`,
  jwe: await new jose.EncryptJWT(claims).setProtectedHeader({alg: "RSA-OAEP-256", enc: "A256GCM", typ: "at+jwt", kid: "rs"})
    .encrypt(await jose.importJWK(await jose.exportJWK(pairs.rs.publicKey), "RSA-OAEP-256")),
  nested: await sign("rs", {}, {cty: "JWT"}),
  tampered: `${rsHeader}.${encode({...claims, sub: "root"})}.${rsSignature}`, stripped: `${rsHeader}.${rsClaims}.`,
  two_parts: `${rsHeader}.${rsClaims}`, four_parts: `${rs}.x`, loose, padded: `${rs}==`, with_newline: rs + "\n",
  with_plus: `${rsHeader}.${rsClaims}.+${rsSignature.slice(1)}`,
  kib_64: await sign("rs", {pad: "x".repeat(48 * 1024)}), ...await around(16 * 1024),
  // names and roles
  sub_missing: await sign("rs", {sub: undefined}), sub_number: await sign("rs", {sub: 5}), sub_empty: await sign("rs", {sub: ""}),
  sub_control: await sign("rs", {sub: "ada\u0000root"}), sub_long: await sign("rs", {sub: "a".repeat(201)}),
  roles_text: await sign("rs", {roles: "reader  writer"}), roles_missing: await sign("rs", {roles: undefined}),
  roles_number: await sign("rs", {roles: [1, {"writer": true}]}),
  other_claims: await sign("rs", {sub: undefined, user: {"e/mail": "ada@example.org"}, "https://example.org/roles": ["staff", "admin"]}),
};

const sets = {
  all: {keys: [rsJwk, await jwk("ps"), await jwk("es"), await jwk("ed"), hs]},
  public: {keys: [rsJwk, await jwk("ps"), await jwk("es"), await jwk("ed")]},
  rs: {keys: [rsJwk]}, es: {keys: [await jwk("es")]}, rs_called_later: {keys: [{...rsJwk, kid: "later"}]},
  rs_without_kid: {keys: [without(rsJwk, "kid")]}, two_without_kid: {keys: [without(rsJwk, "kid"), await jwk("es")]},
  without_alg: {keys: [without(rsJwk, "alg"), without(await jwk("es"), "alg"), without(await jwk("ed"), "alg")]},
  ps_without_alg: {keys: [without(await jwk("ps"), "alg")]},
  secret_without_alg: {keys: [without(hs, "alg")]}, secret_for_rs: {keys: [{...hs, alg: "RS256"}]},
  rs_for_hs: {keys: [{...rsJwk, alg: "HS256"}]}, short_secret: {keys: [{...hs, k: crypto.randomBytes(31).toString("base64url")}]},
  duplicate_kid: {keys: [rsJwk, {...await jwk("es"), kid: "rs"}]},
  rsa_1024: {keys: [smallKey(1024)]}, rsa_2047: {keys: [smallKey(2047)]}, rsa_2048: {keys: [smallKey(2048)]},
  rsa_exponent_1: {keys: [{...rsJwk, e: "AQ"}]}, rsa_even: {keys: [{...rsJwk, e: "AQAC"}]},
  rsa_padded_small: {keys: [(({n, ...small}) => ({...small, n: Buffer.concat([Buffer.alloc(128), Buffer.from(n, "base64url")]).toString("base64url")}))(smallKey(1024))]},
  private: {keys: [{...await jose.exportJWK(pairs.rs.privateKey), kid: "rs", alg: "RS256"}]},
  off_curve: {keys: [{...await jwk("es"), y: Buffer.alloc(32, 1).toString("base64url")}]},
  es_of_p384_point: {keys: [{...await jwk("es384"), crv: "P-256", alg: "ES256"}]},
  others_only: {keys: [await jwk("es384"), {...rsJwk, use: "enc"}, {...rsJwk, alg: "RS512"}, {kty: "AKP", kid: "x"}, {...rsJwk, key_ops: ["sign"]}]},
  others_too: {keys: [await jwk("es384"), {...rsJwk, kid: "enc", use: "enc"}, rsJwk, {kty: "AKP"}]},
  kid_number: {keys: [{...rsJwk, kid: 1}]}, no_array: {keys: {}}, many: {keys: Array.from({length: 65}, (_, i) => ({...rsJwk, kid: `k${i}`}))},
};

fs.writeFileSync(process.argv[2], JSON.stringify({now, sets, tokens}, undefined, 1));
