import type { SecuritySeverity } from './severity';

/** What is known of a name. */
export interface SecurityEventInfo {
  /** Used where the fields of an event say none. */
  readonly severity: SecuritySeverity;
  /** When it is recorded. */
  readonly doc: string;
}

const event = (severity: SecuritySeverity, doc: string): SecurityEventInfo => Object.freeze({ severity, doc });

/** A name that {@link SECURITY_EVENTS} has. */
export type KnownSecurityEvent =
  | 'authn_login_success'
  | 'authn_login_successafterfail'
  | 'authn_login_fail'
  | 'authn_login_fail_max'
  | 'authn_login_lock'
  | 'authn_password_change'
  | 'authn_password_change_fail'
  | 'authn_impossible_travel'
  | 'authn_token_created'
  | 'authn_token_revoked'
  | 'authn_token_reuse'
  | 'authn_token_delete'
  | 'authz_fail'
  | 'authz_change'
  | 'authz_admin'
  | 'crypt_decrypt_fail'
  | 'crypt_encrypt_fail'
  | 'excess_rate_limit_exceeded'
  | 'upload_complete'
  | 'upload_stored'
  | 'upload_validation'
  | 'upload_delete'
  | 'input_validation_fail'
  | 'input_validation_discrete_fail'
  | 'malicious_excess_404'
  | 'malicious_extraneous'
  | 'malicious_attack_tool'
  | 'malicious_sqli'
  | 'malicious_cors'
  | 'malicious_direct_reference'
  | 'mcp_prompt_injection'
  | 'mcp_resource_exhaustion'
  | 'mcp_tool_poisoning'
  | 'privilege_permissions_changed'
  | 'sensitive_create'
  | 'sensitive_read'
  | 'sensitive_update'
  | 'sensitive_delete'
  | 'sequence_fail'
  | 'session_created'
  | 'session_renewed'
  | 'session_expired'
  | 'session_use_after_expire'
  | 'sys_startup'
  | 'sys_shutdown'
  | 'sys_restart'
  | 'sys_crash'
  | 'sys_monitor_disabled'
  | 'sys_monitor_enabled'
  | 'user_created'
  | 'user_updated'
  | 'user_archived'
  | 'user_deleted'
  | 'unauthorized_access'
  | 'rate_limit_exceeded'
  | 'multiple_failed_attempts'
  | 'suspicious_error'
  | 'high_error_rate';

/** The name of a security event: a recommended one, or any other. */
export type SecurityEventName = KnownSecurityEvent | (string & {});

/**
 * The recommended names, each with its severity and when to record it.
 *
 * The names are those of the OWASP Application Logging Vocabulary (OWASP Cheat Sheet Series), and five of this library. OWASP's
 * levels INFO, WARN and CRITICAL are `low`, `medium` and `high` here: a single refused request should wake nobody.
 * `critical` is what says that an account is in other hands already.
 *
 * @example
 * SECURITY_EVENTS.authz_fail.severity; // => 'high'
 */
export const SECURITY_EVENTS: Readonly<Record<KnownSecurityEvent, SecurityEventInfo>> = Object.freeze({
  authn_login_success: event('low', 'Somebody logged in'),
  authn_login_successafterfail: event('low', 'Somebody logged in after failing before'),
  authn_login_fail: event('medium', 'A login failed'),
  authn_login_fail_max: event('medium', 'A user reached the limit of failed logins'),
  authn_login_lock: event('medium', 'An account was locked'),
  authn_password_change: event('low', 'A password was changed'),
  authn_password_change_fail: event('high', 'A password was to be changed, and was not'),
  authn_impossible_travel: event('critical', 'A user appeared in two places too far apart for the time between'),
  authn_token_created: event('low', 'A token for access to a service was made'),
  authn_token_revoked: event('low', 'A token was revoked'),
  authn_token_reuse: event('critical', 'A revoked token was used'),
  authn_token_delete: event('medium', 'A token was deleted'),
  authz_fail: event('high', 'Somebody asked for what they have no right to'),
  authz_change: event('medium', 'The rights of a user or a service were changed'),
  authz_admin: event('medium', 'A privileged user did something'),
  crypt_decrypt_fail: event('medium', 'Decryption failed'),
  crypt_encrypt_fail: event('medium', 'Encryption failed'),
  excess_rate_limit_exceeded: event('medium', 'A limit of use was exceeded'),
  upload_complete: event('low', 'A file was uploaded'),
  upload_stored: event('low', 'An uploaded file was stored under another name'),
  upload_validation: event('low', 'An uploaded file was checked; `high` when it did not pass'),
  upload_delete: event('low', 'An uploaded file was deleted'),
  input_validation_fail: event('medium', 'Input did not pass the checks of the server'),
  input_validation_discrete_fail: event('medium', 'Input was none of the choices that were offered'),
  malicious_excess_404: event('medium', 'Somebody asked for many things that are not there'),
  malicious_extraneous: event('high', 'Input held fields that nobody asked for'),
  malicious_attack_tool: event('high', 'A tool for attacks showed itself by a signature or its user agent'),
  malicious_sqli: event('high', 'Input looked like SQL injection'),
  malicious_cors: event('high', 'A request came from an origin that is not allowed'),
  malicious_direct_reference: event('high', 'An object was asked for by its id, without the right to it'),
  mcp_prompt_injection: event('medium', 'A prompt, or what a tool gave back, tried to instruct the model'),
  mcp_resource_exhaustion: event('medium', 'A model or a tool was made to use too much: tokens, calls, retries'),
  mcp_tool_poisoning: event('medium', 'A tool was not what it should be: changed, unsigned, from an unknown source'),
  privilege_permissions_changed: event('medium', 'The permissions of a file or an object were changed'),
  sensitive_create: event('medium', 'Sensitive data was made'),
  sensitive_read: event('medium', 'Sensitive data was read; logs are such data'),
  sensitive_update: event('medium', 'Sensitive data was changed'),
  sensitive_delete: event('medium', 'Sensitive data was deleted, or marked for it'),
  sequence_fail: event('high', 'Steps were skipped, or taken in another order'),
  session_created: event('low', 'A session began'),
  session_renewed: event('low', 'A session was prolonged'),
  session_expired: event('low', 'A session ended'),
  session_use_after_expire: event('high', 'A session was used after its end'),
  sys_startup: event('medium', 'A program started'),
  sys_shutdown: event('medium', 'A program ended'),
  sys_restart: event('medium', 'A program was restarted'),
  sys_crash: event('medium', 'A program crashed'),
  sys_monitor_disabled: event('medium', 'Something that watches (logs, files, viruses) was stopped'),
  sys_monitor_enabled: event('medium', 'Something that watches was started again'),
  user_created: event('medium', 'A user was made'),
  user_updated: event('medium', 'A user was changed'),
  user_archived: event('medium', 'A user was archived'),
  user_deleted: event('medium', 'A user was deleted'),
  unauthorized_access: event('medium', 'Somebody was refused'),
  rate_limit_exceeded: event('medium', 'Somebody asked too often'),
  multiple_failed_attempts: event('high', 'Failures with one address or user, too many within a time; raised by the library'),
  suspicious_error: event('medium', 'An error looked like the trace of an attack; raised by the library'),
  high_error_rate: event('high', 'Too many errors within a time; raised by the library'),
});

const KNOWN: ReadonlyMap<string, SecurityEventInfo> = new Map(Object.entries(SECURITY_EVENTS));

/** What is known of a name; of others nothing. */
export const infoOf = (name: string): SecurityEventInfo | undefined => KNOWN.get(name);
