/** Names of the files that the page consists of. */
export interface ShellFiles {
  readonly script: string;
  readonly style: string;
  readonly icon: string;
}

/**
 * The page as it is sent: the same for everybody, and nothing of the program is in it. All that it shows, its script asks for.
 *
 * @param assets - Where its files are, as seen from the page; relative, so that it works behind any mount and proxy.
 */
export const shellOf = (assets: string, { script, style, icon }: ShellFiles): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>telemetry-bus</title>
<link rel="icon" type="image/svg+xml" href="${assets}${icon}">
<link rel="stylesheet" href="${assets}${style}">
<script type="module" src="${assets}${script}"></script>
</head>
<body>
<div id="app"><p>Loading… If this stays, the script of the page did not start: the console and the network view of the browser say why.</p></div>
<noscript><p>This page needs JavaScript. Without it, the admin API tells the same as JSON: GET admin/openapi.json describes it.</p></noscript>
</body>
</html>
`;

/** All that the page does not use. */
const OFF = [
  'accelerometer',
  'autoplay',
  'camera',
  'clipboard-read',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
];

/** A page that runs its own files only, makes no markup of texts, is in no frame, and is not in reach of a window that opened it. */
export const SHELL_PROTECTION: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': POLICY.join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': OFF.map((name) => `${name}=()`).join(', '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
