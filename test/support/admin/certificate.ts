/** A certificate for localhost, made anew by openssl for each run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let made: { readonly cert: string; readonly key: string } | undefined;

/** @throws Where there is no openssl. */
export function certificate(): { readonly cert: string; readonly key: string } {
  made ??= make();
  return made;
}

function make(): { readonly cert: string; readonly key: string } {
  const dir = mkdtempSync(join(tmpdir(), 'certificate-'));
  try {
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const { status, stderr } = spawnSync(
      'openssl',
      ['req', '-x509', ...curve, '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...names],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
