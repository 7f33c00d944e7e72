import { describe, expect, test } from 'vitest'
import { applyMirror, checkAddress, findProxy, followRedirect } from '../../src/store/route.ts'

describe('an address', () => {
  test.each([
    ['https://example.org/x', false, true],
    ['http://example.org/x', true, true],
    ['http://example.org/x', false, false],
    ['http://127.0.0.1:8080/x', false, true],
    ['http://localhost/x', false, true],
    ['http://127.0.0.1.example.org/x', false, false],
    ['ftp://example.org/x', true, false],
    ['file:///etc/passwd', true, false],
    ['https://user:pass@example.org/x', true, false],
    ['example.org', true, false],
  ])('%s, digest known: %s, is asked: %s', (address, hasDigest, isAsked) => {
    if (isAsked) expect(checkAddress(address, hasDigest).href).toBe(new URL(address).href)
    else expect(() => checkAddress(address, hasDigest)).toThrow(/expected (an )?https|not an address|a password/)
  })

  test('with a password is refused without printing it', () => {
    expect(() => checkAddress('https://user:hunter2@example.org/x', true)).toThrow(/^(?!.*hunter2)/)
  })
})

describe('a mirror', () => {
  test.each([
    [undefined, 'https://host.org/a/b?c=1'],
    ['', 'https://host.org/a/b?c=1'],
    ['https://mirror.net', 'https://mirror.net/a/b?c=1'],
    ['https://mirror.net/x/', 'https://mirror.net/x/a/b?c=1'],
    ['https://mirror.net/{host}', 'https://mirror.net/host.org/a/b?c=1'],
  ])('%s', (mirror, expected) => {
    expect(applyMirror('https://host.org/a/b?c=1', mirror)).toBe(expected)
  })

  test('that is no address is refused', () => {
    expect(() => applyMirror('https://host.org/a', 'mirror')).toThrow('mirror: not the address of a mirror')
  })
})

describe('a redirection', () => {
  const from = new URL('https://a.org/x')

  test('from https to http is refused, digest or not', () => {
    for (const hasDigest of [true, false])
      expect(() => followRedirect(from, 'http://a.org/y', new Set([from.href]), hasDigest)).toThrow(
        'https://a.org: redirects from https to http at a.org; refused',
      )
  })

  test('without an address is refused', () => {
    expect(() => followRedirect(from, undefined, new Set(), true)).toThrow('without an address')
  })

  test('is read relative to where it came from', () => {
    expect(followRedirect(from, '../z?q', new Set([from.href]), false).href).toBe('https://a.org/z?q')
  })
})

describe('the proxy of the environment', () => {
  const at = (address: string, env: NodeJS.ProcessEnv): string | undefined => findProxy(new URL(address), env)?.host

  test.each<[string, NodeJS.ProcessEnv, string | undefined]>([
    ['https://a.org', {}, undefined],
    ['https://a.org', { HTTPS_PROXY: 'http://p:8080' }, 'p:8080'],
    ['https://a.org', { https_proxy: 'p:8080' }, 'p:8080'],
    ['https://a.org', { HTTP_PROXY: 'http://p:8080' }, undefined],
    ['http://a.org', { HTTP_PROXY: 'http://p:8080' }, 'p:8080'],
    ['https://a.org', { ALL_PROXY: 'http://p:8080' }, 'p:8080'],
    ['https://a.org', { HTTPS_PROXY: 'http://p:8080', NO_PROXY: '*' }, undefined],
    ['https://b.a.org', { HTTPS_PROXY: 'http://p:8080', NO_PROXY: 'x.org,.a.org' }, undefined],
    ['https://ba.org', { HTTPS_PROXY: 'http://p:8080', NO_PROXY: 'a.org' }, 'p:8080'],
  ])('%s with %o is %s', (address, env, expected) => {
    expect(at(address, env)).toBe(expected)
  })

  test('is refused where its password cannot be read, without printing it', () => {
    expect(() => at('https://a.org', { HTTPS_PROXY: 'http://u:100%pure@p:1' })).toThrow(
      /^(?!.*pure).*proxy p:1 has a bare %/,
    )
  })

  test('is refused where it is none that can be spoken to, without printing it', () => {
    expect(() => at('https://a.org', { HTTPS_PROXY: 'socks5://u:hunter2@p:1' })).toThrow(
      /^(?!.*hunter2).*not an http address/,
    )
  })
})
