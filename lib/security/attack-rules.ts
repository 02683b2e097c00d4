/** Finds the sign of an attack in what an error says; see `errorText`. */
export type AttackRule = RegExp | ((text: string) => boolean);

/** Names of the rules that are there. */
export type AttackPattern =
  | 'sql_injection'
  | 'path_traversal'
  | 'null_byte'
  | 'prototype_pollution'
  | 'jndi_lookup'
  | 'template_injection'
  | 'command_injection'
  | 'script_injection'
  | 'ssrf_target'
  | 'invalid_token'
  | 'malformed_input';

/** A loader that does not find `../file` is no attack. */
const MISSING_MODULE = /MODULE_NOT_FOUND|cannot find (?:module|package)|could not resolve|failed to (?:load|resolve)/i;
const TRAVERSAL =
  /\.\.[\\/]|(?:\.|%(?:25)?2e){2}(?:%(?:25)?(?:2f|5c)|%c0%af)|%(?:25)?2e%(?:25)?2e[\\/]|\/etc\/(?:passwd|shadow)\b|\/proc\/self\/|\bwin\.ini\b/i;

/**
 * Signs of attacks, looked for in this order. Repetitions are bounded and do not overlap with what follows them, so that no text
 * makes a search slow.
 */
export const ATTACK_RULES: Readonly<Record<AttackPattern, AttackRule>> = {
  sql_injection:
    /\bER_PARSE_ERROR\b|\bSQLITE_ERROR\b.{0,40}\b(?:syntax error|unrecognized token)|syntax error at or near|unterminated quoted string|unclosed quotation mark|error in your SQL syntax|near ".{1,40}": syntax error|unrecognized token: ["']|\bORA-(?:00933|00936|01756)\b|['"]\s{0,5}(?:or|and)\s{1,5}['"]?\w{1,20}['"]?\s{0,5}=|\bunion\s{1,5}(?:all\s{1,5})?select\b|;\s{0,5}(?:drop|alter|truncate)\s{1,5}(?:table|database)\b|\bwaitfor\s{1,5}delay\b|\bpg_sleep\s{0,5}\(|\bxp_cmdshell\b/i,
  path_traversal: (text) => TRAVERSAL.test(text) && !MISSING_MODULE.test(text),
  null_byte: /\0|%00|\\x00|\\u0000|\bnull bytes?\b/i,
  prototype_pollution: /__proto__|\bconstructor["'\]]{0,2}[.[]["']?prototype\b/,
  jndi_lookup: /\$\{\s{0,5}jndi\s{0,5}:|\$\{\s{0,5}(?:lower|upper|::-)|\$\{[^{}]{0,40}\$\{\s{0,5}(?:lower|upper|env|sys|::-)/i,
  template_injection: /(?:\{\{|\$\{|#\{|<%=)\s{0,5}\d{1,9}\s{0,5}\*|__class__|__mro__|__subclasses__|\bT\(java\.lang\./,
  command_injection:
    /(?:[;|`]|&&)\s{0,5}(?:cat\s{1,5}[/.~]|(?:id|whoami)\s{0,5}(?:$|[;|&`'"])|uname\b|(?:wget|curl)\s|nc\s{1,5}-|(?:ba)?sh\s{1,5}-[ci]|powershell\b|ping\s{1,5}-[cn]|rm\s{1,5}-[rf])|\$\((?:cat|id|whoami|curl|wget|uname|sleep|nc|bash|sh)\b/i,
  script_injection:
    /<script\b|\bjavascript:[^\s]|<(?:svg|img|iframe|body|object|embed|input|details)\b[^<>]{0,200}\bon[a-z]{3,20}\s{0,5}=/i,
  ssrf_target:
    /\b169\.254\.(?:169\.254|170\.2)\b|\bfd00:ec2::254\b|\bmetadata\.google\.internal\b|\b100\.100\.100\.200\b|\b2852039166\b|\b0xa9fea9fe\b/i,
  invalid_token:
    /\binvalid (?:jwt )?signature\b|\bsignature verification failed\b|\bjwt (?:malformed|signature is required)\b|\binvalid algorithm\b|\bERR_JW[ST]_(?:INVALID|SIGNATURE_VERIFICATION_FAILED)\b|\bERR_JOSE_ALG_NOT_ALLOWED\b/i,
  malformed_input:
    /\bHPE_[A-Z_]{3,40}\b|\bPayloadTooLargeError\b|\b(?:request )?entity too large\b|\bFST_ERR_CTP_BODY_TOO_LARGE\b|\bLIMIT_FILE_SIZE\b|\bURIError\b|\bURI malformed\b|\bERR_HTTP2_(?:HEADER|FRAME|TOO_MANY)[A-Z_]{0,40}\b/,
};
