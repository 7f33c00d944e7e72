/**
 * Ground floor: errors with codes. A message is lower case, says what was expected and what came, where,
 * and one remedy if known. `cli` alone turns them into exit codes.
 */

/** Exit codes of the program (DESIGN §5); the highest that applies wins. */
export const ExitCode = {
  ok: 0,
  findings: 1,
  usage: 2,
  incomplete: 3,
  integrity: 4,
} as const

/** What kind of fault it is: a wrong call, input that cannot be read, or a file of the program's that is damaged. */
export type ErrorCode =
  /** the call itself is wrong: an unknown option, a missing file */
  | 'usage'
  /** input could not be read */
  | 'input'
  /** an index, profile or bundle is damaged, or of another version */
  | 'integrity'

/** An error that the program foresaw. Anything else that is thrown is a defect. */
export class PalimpsestError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string) {
    super(message)
    this.name = 'PalimpsestError'
    this.code = code
  }
}
