/**
 * store: which way a download may go: mirror, proxy, redirections. Addresses in, addresses out; nothing is opened here.
 * Plain http is taken only where a published digest makes the way irrelevant, or where nothing leaves the machine.
 */
import { PalimpsestError } from '../errors.ts'

/** Redirections followed before a download is given up. */
export const maxRedirects = 5

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/**
 * An address that may be asked.
 * @param hasDigest is the SHA-256 of the file known beforehand?
 * @throws PalimpsestError `usage`
 */
export function checkAddress(address: string, hasDigest: boolean): URL {
  const url = parseUrl(address)
  if (url === null) throw new PalimpsestError('usage', `${address}: not an address`)
  if (url.username !== '' || url.password !== '')
    throw new PalimpsestError('usage', `${url.host}: an address with a password in it is not asked`)
  if (url.protocol === 'https:') return url
  if (url.protocol === 'http:' && (hasDigest || isLoopback(url))) return url
  throw new PalimpsestError(
    'usage',
    url.protocol === 'http:'
      ? `${url.origin}: expected https, as no digest was published for this file; got http`
      : `${url.protocol}: expected an https address`,
  )
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

/**
 * The address at a mirror: the path is appended to the mirror's, and `{host}` in it stands for the host of the original.
 * @throws PalimpsestError `usage` if the mirror is no address
 */
export function applyMirror(address: string, mirror: string | undefined): string {
  if (mirror === undefined || mirror === '') return address
  const { hostname, pathname, search } = new URL(address)
  const base = mirror.replaceAll('{host}', hostname).replace(/\/+$/, '')
  if (parseUrl(base) === null) throw new PalimpsestError('usage', `${mirror}: not the address of a mirror`)
  return `${base}${pathname}${search}`
}

/**
 * Where a redirection leads.
 *
 * @param from the address that answered
 * @param visited addresses asked so far, `from` among them
 * @throws PalimpsestError `input` for one too many, a circle, a step from https to http, or no address at all
 */
export function followRedirect(
  from: URL,
  location: string | undefined,
  visited: ReadonlySet<string>,
  hasDigest: boolean,
): URL {
  if (location === undefined) throw new PalimpsestError('input', `${from.origin}: a redirection without an address`)
  if (visited.size > maxRedirects)
    throw new PalimpsestError('input', `${from.origin}: expected at most ${maxRedirects} redirections, got one more`)
  let to: URL
  try {
    to = new URL(location, from)
  } catch {
    throw new PalimpsestError('input', `${from.origin}: redirects to what is no address`)
  }
  if (from.protocol === 'https:' && to.protocol !== 'https:')
    throw new PalimpsestError(
      'input',
      `${from.origin}: redirects from https to ${to.protocol.slice(0, -1)} at ${to.host}; refused`,
    )
  if (visited.has(to.href)) throw new PalimpsestError('input', `${to.origin}: the redirections go in a circle`)
  return checkAddress(to.href, hasDigest)
}

/** Whether `NO_PROXY` names the host: `*`, a host, or a domain and all below it. */
function isExempt(hostname: string, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .map(entry => entry.replace(/:\d+$/, '').replace(/^\*?\./, ''))
    .some(entry => entry === '*' || (entry !== '' && (hostname === entry || hostname.endsWith(`.${entry}`))))
}

/**
 * The proxy for an address, from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case.
 * @throws PalimpsestError `usage` for a proxy that is not an http address
 */
export function findProxy(url: URL, env: NodeJS.ProcessEnv): URL | null {
  const read = (name: string): string => env[name] ?? env[name.toLowerCase()] ?? ''
  if (isExempt(url.hostname, read('NO_PROXY'))) return null
  const text = (url.protocol === 'https:' ? read('HTTPS_PROXY') : read('HTTP_PROXY')) || read('ALL_PROXY')
  if (text === '') return null
  const proxy = parseUrl(text.includes('://') ? text : `http://${text}`)
  if (proxy === null || proxy.protocol !== 'http:')
    throw new PalimpsestError('usage', 'the proxy of the environment is not an http address; expected http://host:port')
  if (/%(?![0-9a-f]{2})/i.test(proxy.username + proxy.password))
    throw new PalimpsestError('usage', `the password for the proxy ${proxy.host} has a bare % in it; write it as %25`)
  return proxy
}
