/**
 * Hostile strings for every border: markup, scripts, addresses, template syntax, escapes of terminals, bidi and
 * other unseen characters, formulas, Markdown. Each markup payload would call `pwned()` or fetch `evil.example`.
 */

const dollar = '$'
const call = 'pwned()'
const address = 'http://evil.example/x'

const tags = [
  `<script>${call}</script>`,
  `</script><script>${call}</script>`,
  `</SCRIPT ><ScRiPt>${call}</sCrIpT>`,
  `<script src="${address}.js"></script>`,
  `<img src=x onerror=${call}>`,
  `<img src="${address}.png">`,
  `<svg onload=${call}>`,
  `<svg><script>${call}</script></svg>`,
  `<svg><animate onbegin=${call} attributeName=x dur=1s>`,
  `<body onload=${call}>`,
  `<iframe src="javascript:parent.${call}"></iframe>`,
  `<iframe srcdoc="<script>parent.${call}</script>"></iframe>`,
  `<object data="${address}"></object>`,
  `<embed src="${address}">`,
  `<link rel=stylesheet href="${address}.css">`,
  `<link rel=prefetch href="${address}">`,
  `<style>@import "${address}.css";</style>`,
  `<style>*{background:url(${address})}</style>`,
  `<div style="background:url(${address})">x</div>`,
  `<meta http-equiv=refresh content="0;url=${address}">`,
  `<base href="http://evil.example/">`,
  `<form action="${address}"><input autofocus onfocus=${call}></form>`,
  `<input onfocus=${call} autofocus>`,
  `<details open ontoggle=${call}>`,
  `<video poster="${address}.png" src="${address}"></video>`,
  `<audio src=x onerror=${call}>`,
  `<marquee onstart=${call}>`,
  `<math><mtext><script>${call}</script></mtext></math>`,
  `<a href="javascript:${call}" id=location>x</a>`,
  `<noscript><p title="</noscript><img src=x onerror=${call}>">`,
  `<template><script>${call}</script></template>`,
  `<!--<script>${call}//-->`,
  `--><script>${call}</script>`,
  `<![CDATA[<script>${call}</script>]]>`,
  `]]><script>${call}</script>`,
  `<?xml version="1.0"?><x onclick=${call}/>`,
  `<textarea></textarea><script>${call}</script>`,
  `</title><script>${call}</script>`,
  `</style><script>${call}</script>`,
  `<plaintext>`,
  `<select><option><script>${call}</script>`,
  `<dialog open><img src=x onerror=${call}></dialog>`,
  `<portal src="${address}">`,
  `<x-y is=script>${call}</x-y>`,
]

const attributes = ['"', "'", '`', '">', "'>", '`>', '"/>', '&quot;>', '&#34;>', '\\">', '" ', "' "].flatMap(edge => [
  `${edge}<img src=x onerror=${call}>`,
  `${edge} onmouseover=${call} x=${edge}`,
  `${edge} autofocus onfocus=${call} tabindex=0 `,
  `${edge} style=animation-name:x onanimationstart=${call} `,
])

const scriptEnds = [
  `";${call};//`,
  `';${call};//`,
  `\\";${call};//`,
  `\u2028${call}\u2029`,
  `</script`,
  `<!--`,
  `<script`,
  `*/${call}/*`,
  `${dollar}{pwned()}`,
  `\`${dollar}{pwned()}\``,
  `"}]}</script><svg/onload=${call}>`,
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '{"__proto__":{"polluted":true}}',
]

const templates = [
  '{{constructor.constructor("pwned()")()}}',
  '{{7*7}}',
  `${dollar}{7*7}`,
  '#{7*7}',
  '<%= pwned() %>',
  '<%- include("x") %>',
  '{% raw %}{{ x }}{% endraw %}',
  `[[${dollar}{7*7}]]`,
  '@{7*7}',
  '*{7*7}',
  '$&',
  '$1',
  "$'",
  '$`',
  '$$',
  '<!--palimpsest:data-->',
  '<!--palimpsest:overview-->',
  '<!--palimpsest:policy-->',
  '%s%n%x',
  '%00',
  '%3Cscript%3Epwned()%3C/script%3E',
  '&lt;script&gt;pwned()&lt;/script&gt;',
  '&#x3c;script&#x3e;',
]

const links = [
  `javascript:${call}`,
  `JaVaScRiPt:${call}`,
  `java\tscript:${call}`,
  `java\nscript:${call}`,
  `data:text/html,<script>${call}</script>`,
  `data:text/html;base64,PHNjcmlwdD5wd25lZCgpPC9zY3JpcHQ+`,
  `vbscript:${call}`,
  `//evil.example/x`,
  address,
  'www.evil.example',
  'evil@evil.example',
  'file:///etc/passwd',
  '#finding=x&file=y',
  '../../../../etc/passwd',
  'C:\\Windows\\win.ini',
  'blob:null/x',
  '\\\\evil.example\\share',
]

const terminal = [
  '\u001b[31mred',
  '\u001b[2J\u001b[H',
  '\u001b]0;title\u0007',
  `\u001b]8;;${address}\u001b\\link\u001b]8;;\u001b\\`,
  '\u001b]52;c;cHduZWQ=\u0007',
  '\u001bP$q"p\u001b\\',
  '\u001b_apc\u001b\\',
  '\u001b^pm\u001b\\',
  '\u001bc',
  '\u001b[?1049h',
  '\u001b[6n',
  '\u001b[8m hidden',
  '\u001b(0lqk',
  '\u009b31m',
  '\u009d0;t\u009c',
  '\u0090x\u009c',
  '\u0085',
  '\u0007\u0008\u0008\u0008',
  'safe\rOVER',
  'a\u000bb\u000cc',
  '\u000e\u000f',
  '\u007f\u007f',
  '\u0000',
  'a\u0000b',
  'x\n\u001b[1A\u001b[2Kgone',
  '\u001b\u001b\u001b',
  '\u001b[',
  '\u001b[38;2;1;2;3m',
  '\u001b[>4;2m',
]

const unseen = [
  0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c,
  0x202d, 0x202e, 0x2028, 0x2029, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0x2066, 0x2067, 0x2068, 0x2069, 0x206a,
  0x206f, 0x2800, 0x3164, 0xfe00, 0xfeff, 0xffa0, 0xfff9, 0xfffa, 0xfffb, 0xfffe, 0xffff, 0xe0001, 0xe0041, 0xe007f,
  0xe0100, 0xe01ef, 0xd800, 0xdbff, 0xdc00, 0xdfff,
].flatMap(code => {
  const character = code >= 0xd800 && code <= 0xdfff ? String.fromCharCode(code) : String.fromCodePoint(code)
  return [`a${character}b`, `${character}<b>`]
})

const piles = ['Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307', `e${'\u0301'.repeat(500)}`, `\u202e${'gpj.exe'}`]

const formulas = [
  '=',
  '+',
  '-',
  '@',
  '\t=',
  '\r=',
  '\n=',
  ' =',
  '＝',
  '＋',
  '－',
  '＠',
  '"=',
  "'=",
  ';=',
  '\u00a0=',
  '|',
  '%',
].flatMap(start => [`${start}cmd|' /C calc'!A0`, `${start}HYPERLINK("${address}","x")`, `${start}1+1`])

const markdown = [
  `![x](${address}.png)`,
  `[x](javascript:${call})`,
  `[x]: ${address}`,
  `<${address}>`,
  '# heading',
  '- item',
  '1. item',
  '> quote',
  '```\nfence\n```',
  '~~~\nfence',
  '`code`',
  '``two``',
  '`',
  '````',
  '| a | b |\n|---|---|',
  'a | b',
  '\\|',
  '\\\\|x',
  '---',
  '***',
  '    indented',
  '<details><summary>x</summary>',
  '@someone',
  '#1234',
  'GH-12',
  '$\\href{http://evil.example}{x}$',
  '\\',
  '*bold* _under_ ~~gone~~',
  '[^1]: note',
  '&copy; &lt;b&gt;',
]

/** All payloads. */
export const hostileStrings: readonly string[] = [
  ...tags,
  ...attributes,
  ...scriptEnds,
  ...templates,
  ...links,
  ...terminal,
  ...unseen,
  ...piles,
  ...formulas,
  ...markdown,
]

/** What no line of a terminal may hold: any control, format or lone surrogate character, written independently. */
export function actsInTerminal(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0)!
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true
    if (code >= 0xd800 && code <= 0xdfff) return true
    if (code >= 0x200b && code <= 0x200f) return true
    if (code >= 0x2028 && code <= 0x202e) return true
    if (code >= 0x2060 && code <= 0x206f) return true
    if (code === 0xfeff || code === 0xad || code === 0x61c || code === 0x180e || code === 0x3164) return true
    if (code >= 0xe0000 && code <= 0xe0fff) return true
  }
  return false
}
