import { X509Certificate } from 'node:crypto';
import { secretInvalid } from '../../../alerts/secret';

const PEM = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Reads certificates one by one, because what takes them leaves out what it can't read. @throws {TelemetryError} `OPTION_INVALID` */
export function certificatesOf(what: string, ca: unknown): string[] {
  try {
    const all = [ca]
      .flat()
      .flatMap((pem) => (typeof pem === 'string' || Buffer.isBuffer(pem) ? String(pem).match(PEM) : null) ?? [undefined]);
    return all.map((pem) => new X509Certificate(pem!).toString());
  } catch {
    throw secretInvalid(what, 'certificates in PEM');
  }
}
