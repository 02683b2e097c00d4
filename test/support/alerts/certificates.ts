import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COMMAND = 'openssl';

/** A certificate that is its own authority, and its key. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * Makes a certificate for some names.
 *
 * @param names - As certificates have them: `DNS:hooks.internal,IP:127.0.0.1`.
 * @returns `undefined` where there is no openssl.
 */
export function makeCertificate(names: string): Certificate | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'alerts-certificate-'));
  try {
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', key, '-out', cert, '-days', '2'];
    const { status } = spawnSync(COMMAND, ['req', '-x509', ...curve, ...files, '-subj', '/CN=test', '-addext', `subjectAltName=${names}`]);
    return status === 0 ? { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') } : undefined;
  } finally {
    rmSync(dir, { recursive: true });
  }
}
