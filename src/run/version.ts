/** run: the version of the program, as its package says. */
import facts from '../../package.json' with { type: 'json' }

export const version: string = facts.version
