/** Chromium knows Electron's own schemes only inside Electron: here `app://stillframe/` is a host that no network has. */
const SUFFIX = '.app.invalid';

export function toHttp(url: string): string {
  return url.replace(/^app:\/\/([^/]*)/, `https://$1${SUFFIX}`);
}

export function toElectron(url: string): string {
  return url.replace(/^https:\/\/([^/]*)\.app\.invalid/, 'app://$1');
}
