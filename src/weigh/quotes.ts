/**
 * weigh: which tokens stand in quotation marks or a block quotation. A quotation is somebody else's wording: two
 * independent answers that quote the same source share it.
 */
import type { TokenStream } from '../types.ts'

/** Shorter quotations are titles and turns of phrase. */
const minQuotedTokens = 8
/** Longer ones are answers that were put in quotation marks whole. */
const maxQuotedShare = 0.6
/** UTF-16 units after which an opening mark is taken for a stray one. */
const maxQuotedUnits = 4000

const closings: Readonly<Record<string, string>> = {
  '"': '"',
  '“': '”',
  '”': '”',
  '„': '“',
  '«': '»',
  '「': '」',
  '『': '』',
}

/** 1 for every raw token inside a long quotation. */
export function markQuoted(text: string, stream: TokenStream): Uint8Array {
  const quoted = new Uint8Array(stream.n)
  let count = 0
  for (const [start, end] of findQuotations(text)) {
    const from = firstTokenFrom(stream, start)
    const to = firstTokenFrom(stream, end)
    if (to - from < minQuotedTokens) continue
    quoted.fill(1, from, to)
    count += to - from
  }
  return count > maxQuotedShare * stream.n ? new Uint8Array(stream.n) : quoted
}

/** UTF-16 spans between quotation marks of one paragraph, and of lines that begin with `>`. */
function findQuotations(text: string): [number, number][] {
  const spans: [number, number][] = []
  const opening = /["“”„«「『]/g
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const start = match.index + 1
    // no further than a quotation may reach: marks without end would have the rest read again and again
    const rest = text.slice(start, start + maxQuotedUnits + 1)
    const length = rest.indexOf(closings[match[0]])
    const breakAt = rest.indexOf('\n\n')
    if (length < 0 || (breakAt >= 0 && breakAt < length)) continue
    spans.push([start, start + length])
    opening.lastIndex = start + length + 1
  }
  if (!text.includes('>')) return spans
  for (const match of text.matchAll(/^>[^\n]*/gm)) spans.push([match.index, match.index + match[0].length])
  return spans
}

function firstTokenFrom({ start, n }: TokenStream, unit: number): number {
  let lo = 0
  let hi = n
  while (lo < hi) {
    const mid = (lo + hi) >>> 1
    if (start[mid] < unit) lo = mid + 1
    else hi = mid
  }
  return lo
}
