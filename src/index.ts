/** The library: the same audit without the command line. */
export { PalimpsestError } from './errors.ts'
