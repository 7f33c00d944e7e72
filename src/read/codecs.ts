/**
 * read: decompression of pages inside columnar files. Every codec is told the length to come and is not
 * let past it, and a page that claims an absurd one is refused before memory is set aside.
 */
import zlib from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { LimitFault } from './watchdog.ts'
import { loadZstd } from './zstd.ts'

/** A page that claims more than this is refused; writers keep pages near 1 MiB, and single long values rare. */
const maxPageBytes = 512 << 20

function guard(inBytes: number, outBytes: number, maxRatio: number): void {
  if (outBytes > maxPageBytes || (outBytes > 16 << 20 && outBytes > maxRatio * Math.max(1, inBytes))) {
    throw new LimitFault(`a page of ${inBytes} bytes claims to hold ${outBytes}`)
  }
}

/** Codecs for hyparquet: zstd by the decoder of zstd.ts, gzip and brotli by zlib, the others as packaged. */
export async function createCompressors(maxRatio: number): Promise<Compressors> {
  const zstd = await loadZstd()
  const { compressors: packaged } = await import('hyparquet-compressors')
  const codecs: Compressors = {
    ...packaged,
    ZSTD: (input, length) => zstd.decode(input, length),
    GZIP: (input, length) => zlib.gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
    BROTLI: (input, length) => zlib.brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
  }
  const guarded: Compressors = {}
  for (const [name, codec] of Object.entries(codecs) as [keyof Compressors, NonNullable<Compressors['ZSTD']>][]) {
    guarded[name] = (input, length) => {
      guard(input.length, length, maxRatio)
      return codec(input, length)
    }
  }
  return guarded
}
