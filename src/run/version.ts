/** run: the version of the program, as its package says, and the commit that it was built from. */
import facts from '../../package.json' with { type: 'json' }

/** Set when the program is built; unset where its sources are run as they are. */
declare const PALIMPSEST_COMMIT: string | undefined

export const version: string = facts.version

const commit = typeof PALIMPSEST_COMMIT === 'undefined' ? '' : PALIMPSEST_COMMIT

/** The version with the commit as build metadata (semver.org §10), e.g. `0.1.0+1a2b3c4d5e6f`; without, if not known. */
export const fullVersion: string = commit === '' ? version : `${version}+${commit}`
