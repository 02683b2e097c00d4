import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { acceptsCoding } from '../../server/accepts-gzip';
import { Problem } from '../problem';
import type { ShellFiles } from './page-shell';

/** What the page is made of, as the build leaves it. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
  readonly icon: string;
}

/** A file in the form that a client takes. */
export interface AssetForm {
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `undefined`: as it is. */
  readonly coding: Coding | undefined;
  /** Of this file in this form, with its quotes. */
  readonly tag: string;
}

type Coding = 'br' | 'gzip';

interface Asset {
  readonly contentType: string;
  readonly hash: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Compressed once, when the first asks for it. */
  readonly forms: Map<Coding, Promise<Uint8Array<ArrayBuffer> | undefined>>;
}

interface Loaded {
  readonly files: ShellFiles;
  readonly byName: ReadonlyMap<string, Asset>;
}

const KINDS = {
  script: ['app', 'js', 'text/javascript'],
  style: ['app', 'css', 'text/css'],
  icon: ['icon', 'svg', 'image/svg+xml'],
} as const;
/** 9 of 11 is nearly as small, and takes a tenth of the time. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT } };
const MAKE: Readonly<Record<Coding, (bytes: Uint8Array) => Promise<Buffer>>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, BROTLI),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};

/** Files of the page, whose names tell what is in them: who has one never needs to ask again. Read when the first asks. */
export class Assets {
  private loading: Promise<Loaded> | undefined;

  constructor(private readonly load: () => Promise<PageAssets>) {}

  /** @throws {Problem} 503 where the page was not built. */
  async files(): Promise<ShellFiles> {
    return (await this.loaded()).files;
  }

  /** @throws {Problem} 404 for another name. */
  async form(name: string, acceptEncoding: string | null): Promise<AssetForm> {
    const asset = (await this.loaded()).byName.get(name);
    if (asset === undefined) throw new Problem(404, 'NOT_FOUND', 'The page has no such file. Load the page again: it may be a newer one');
    const { contentType, hash, bytes } = asset;
    for (const coding of ['br', 'gzip'] as const) {
      if (!acceptsCoding(acceptEncoding, coding)) continue;
      const small = await compressed(asset, coding);
      if (small !== undefined) return { contentType, bytes: small, coding, tag: `"${hash}-${coding}"` };
    }
    return { contentType, bytes, coding: undefined, tag: `"${hash}"` };
  }

  private loaded(): Promise<Loaded> {
    this.loading ??= this.read().catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }

  private async read(): Promise<Loaded> {
    let sources: PageAssets;
    try {
      sources = await this.load();
    } catch {
      throw new Problem(503, 'PAGE_MISSING', 'The page is not in this build of telemetry-bus. Build it with: npm run build');
    }
    const byName = new Map<string, Asset>();
    const add = (kind: keyof typeof KINDS): string => {
      const [stem, ending, type] = KINDS[kind];
      const bytes = new Uint8Array(new TextEncoder().encode(sources[kind]));
      const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
      const name = `${stem}-${hash}.${ending}`;
      byName.set(name, { contentType: `${type}; charset=utf-8`, hash, bytes, forms: new Map() });
      return name;
    };
    return { files: { script: add('script'), style: add('style'), icon: add('icon') }, byName };
  }
}

/** `undefined` where that makes nothing smaller, or fails. */
function compressed({ forms, bytes }: Asset, coding: Coding): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let form = forms.get(coding);
  if (form === undefined) {
    form = MAKE[coding](bytes).then(
      (small) => (small.byteLength < bytes.byteLength ? new Uint8Array(small) : undefined),
      () => undefined,
    );
    forms.set(coding, form);
  }
  return form;
}
